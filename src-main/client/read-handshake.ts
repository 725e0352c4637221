/** What curl says of TLS with `-v`. Undefined: it did not say so; without a version there was no handshake. */
export interface SpokenTls {
  /** `TLSv1.3 / TLS_AES_256_GCM_SHA384` */
  readonly version: string | undefined;
  /** Of the server's certificate, as OpenSSL writes names: `O=Hoplab; CN=Gateway shortener`. */
  readonly subject: string | undefined;
  readonly issuer: string | undefined;
  /** When the certificate expires, in milliseconds since 1970; NaN: not said. */
  readonly until: number;
}

/** Reads the lines about TLS among those that curl prints on standard error. */
export function readHandshake(stderr: string): SpokenTls {
  const said = (pattern: RegExp) => pattern.exec(stderr)?.[1]?.trim();
  return {
    version: said(/^\* SSL connection using (\S+ \/ \S+)/m),
    subject: said(/^\* {2}subject: ([^\n]+)$/m),
    issuer: said(/^\* {2}issuer: ([^\n]+)$/m),
    until: Date.parse(said(/^\* {2}expire date: ([^\n]+)$/m) ?? ''),
  };
}
