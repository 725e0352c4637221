import { join } from 'node:path';
import type { SshAccess } from '../../src-main/lab/lab.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import type { Route } from '../../src-main/machines/ssh/route.ts';
import type { Secrets } from '../../src-main/machines/ssh/ssh-secrets.ts';
import { tempFolder } from './temp-folder.ts';

export const noSecrets: Secrets = {
  password: async () => undefined,
  passphrase: async () => undefined,
  sudoPassword: async () => undefined,
};

type Overrides = Partial<Omit<Route, 'access' | 'secrets'>> & {
  access?: Partial<SshAccess>;
  secrets?: Partial<Secrets>;
};

/** A route to a server on loopback that believes the first host key it sees. */
export async function loopbackRoute(port: number, { access, secrets, ...rest }: Overrides = {}): Promise<Route> {
  return {
    name: 'k8s-test',
    address: '127.0.0.1',
    access: { user: 'root', port, agent: false, password: false, sudo: 'passwordless', ...access },
    secrets: { ...noSecrets, ...secrets },
    knownHosts: new KnownHosts(join(await tempFolder(), 'hoplab', 'known_hosts')),
    acceptNew: true,
    ...rest,
  };
}
