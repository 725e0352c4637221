import { authorityFile } from '../lab/object-names.ts';
import type { Lab } from '../lab/lab.ts';

/** Options of curl for a host by HTTPS at the VIP, whoever resolves its name. */
export function resolveOptions(lab: Lab, host: string): readonly string[] {
  return ['--resolve', `${host}:443:${lab.loadBalancer.vip}`];
}

/** The same with the lab's CA alone to trust. */
export function httpsOptions(lab: Lab, host: string): readonly string[] {
  return ['--cacert', authorityFile(lab), ...resolveOptions(lab, host)];
}

/** Of the lines that curl prints with `-v` about TLS. */
export interface Handshake {
  /** `TLSv1.3 / TLS_AES_256_GCM_SHA384`; undefined: none was made. */
  readonly version: string | undefined;
  /** Milliseconds since 1970; NaN: not said. */
  readonly until: number;
}

export function readHandshake(stderr: string): Handshake {
  const said = (pattern: RegExp) => pattern.exec(stderr)?.[1]?.trim();
  return {
    version: said(/^\* SSL connection using ([^\n]+)$/m),
    until: Date.parse(said(/^\* {2}expire date: ([^\n]+)$/m) ?? ''),
  };
}
