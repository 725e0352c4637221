import type { DiscoveredHost, HostAccess } from '../contract/labs.ts';
import { FactReader } from '../facts/fact.ts';
import { system } from '../facts/system.ts';
import type { SshAccess } from '../lab/lab.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { openSshMachine } from '../machines/ssh/ssh-machine.ts';
import type { Secrets } from '../machines/ssh/ssh-secrets.ts';
import { scanHost } from './scan-host-keys.ts';
import { explanationOf } from './refused.ts';

/** What can be told of a host that is being typed into a form. Nobody is asked for secrets, nothing is pinned. */
export async function discoverHost(
  { address, port, user, key, agent = false }: HostAccess,
  knownHosts: KnownHosts,
  signal: AbortSignal | undefined,
): Promise<DiscoveredHost> {
  const access: SshAccess = {
    user,
    port,
    agent,
    password: false,
    sudo: 'passwordless',
    ...(key !== undefined && { key }),
  };
  let hostKey: DiscoveredHost['hostKey'] = null;
  try {
    hostKey = (await scanHost({ name: address, address, access }, { knownHosts, secrets: NONE }, signal)).shown;
    const facts = hostKey.verdict === 'ok' ? await readFacts(address, access, knownHosts, signal) : null;
    return { address, hostKey, facts, failure: null };
  } catch (error) {
    return { address, hostKey, facts: null, failure: explanationOf(error) };
  }
}

async function readFacts(
  address: string,
  access: SshAccess,
  knownHosts: KnownHosts,
  signal: AbortSignal | undefined,
): Promise<DiscoveredHost['facts']> {
  const machine = await openSshMachine({ name: address, address, access, knownHosts, secrets: NONE, signal });
  try {
    // what needs root (the DMI) is not shown, so sudo need not work yet
    const { hostname, kernel, arch, cpus, memory } = await new FactReader({ signal }).read(machine, {
      ...system,
      sudo: false,
    });
    return { hostname, kernel, arch, cpus, memory };
  } finally {
    await machine.close();
  }
}

const NONE: Secrets = {
  password: async () => undefined,
  passphrase: async () => undefined,
  sudoPassword: async () => undefined,
};
