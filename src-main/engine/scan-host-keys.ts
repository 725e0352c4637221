import type { ShownHostKey } from '../contract/labs.ts';
import type { Lab, SshAccess } from '../lab/lab.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { jumpHostName } from '../machines/ssh/route.ts';
import { scanHostKey } from '../machines/ssh/scan-host-key.ts';
import type { Prompts } from './prompts.ts';
import type { Secrets } from '../machines/ssh/ssh-secrets.ts';

/** An SSH server of a lab: a machine, or a jump host on the way to one. */
export interface Host {
  readonly name: string;
  readonly address: string;
  readonly access: SshAccess;
}

/** The SSH servers of a lab, jump hosts first: what lies behind one is reached through it. */
export function hostsOf({ nodes, client }: Lab): readonly Host[] {
  const machines = nodes.map(({ name, address, ssh }) => ({ name, address, access: ssh }));
  if (client.kind === 'ssh') machines.push({ name: 'client', address: client.address, access: client.ssh });
  return [...jumpHosts(machines), ...machines];
}

interface ScanWays {
  readonly knownHosts: KnownHosts;
  readonly secrets: Secrets;
  /** Asked about the key of a jump host that is seen for the first time; absent: it has to be pinned before. */
  readonly confirm?: Prompts['hostKey'];
}

/** A key that a host shows now; `pin` believes it from now on. */
export interface ScannedHost {
  readonly shown: ShownHostKey;
  /** @param replace in place of what is pinned: after the machine was reinstalled */
  pin(replace: boolean): Promise<void>;
}

/** Asks a host for its key, without logging in there. @throws MachineError when it cannot be reached */
export async function scanHost(
  { name, address, access }: Host,
  { knownHosts, secrets, confirm }: ScanWays,
  signal?: AbortSignal,
): Promise<ScannedHost> {
  const { port } = access;
  const { key, type, fingerprint } = await scanHostKey({ name, address, access, secrets, knownHosts, confirm }, signal);
  const { kind, pinned } = await knownHosts.verify(address, port, key);
  return {
    shown: {
      machine: name,
      address,
      port,
      type,
      fingerprint,
      verdict: kind,
      pinned: pinned.map((known) => known.fingerprint),
    },
    pin: (replace) => (replace ? knownHosts.replace(address, port, key) : knownHosts.pin(address, port, key)),
  };
}

/** Each jump host once. */
function jumpHosts(machines: readonly Host[]): readonly Host[] {
  const hosts = new Map<string, Host>();
  for (const { access } of machines) {
    const { jump, ...own } = access;
    if (!jump) continue;
    const { address, user, port } = jump;
    hosts.set(`${address}:${port}`, { name: jumpHostName(jump), address, access: { ...own, user, port } });
  }
  return [...hosts.values()];
}
