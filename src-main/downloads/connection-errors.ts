import type { X509Certificate } from 'node:crypto';

/** A server (or the proxy) showed a certificate that was not accepted. */
export class CertificateRefused extends Error {
  /** Of OpenSSL or Node, such as `SELF_SIGNED_CERT_IN_CHAIN`. */
  readonly reason: string;
  readonly certificate: X509Certificate;
  constructor(reason: string, certificate: X509Certificate) {
    super(`certificate refused: ${reason}`);
    this.reason = reason;
    this.certificate = certificate;
  }
}

/** No connection within the limit: name, TCP, the proxy's answer and TLS. */
export class ConnectTimedOut extends Error {}

/** The proxy itself failed: it was not reached (`cause`), or answered CONNECT with this status. */
export class ProxyFailed extends Error {
  /** Of the proxy, without user and password. */
  readonly origin: string;
  readonly status: number | undefined;
  constructor(origin: string, status: number | undefined, cause?: unknown) {
    super(`proxy ${origin} failed`, { cause });
    this.origin = origin;
    this.status = status;
  }
}
