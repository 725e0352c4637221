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
