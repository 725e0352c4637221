import type { SshAccess } from '../../lab/lab.ts';
import type { KnownHosts } from '../known-hosts.ts';
import type { Secrets } from './ssh-secrets.ts';

/** How to get to one machine, and which host keys to believe on the way. */
export interface Route {
  /** The machine's name in the lab file. */
  readonly name: string;
  readonly address: string;
  readonly access: SshAccess;
  readonly secrets: Secrets;
  readonly knownHosts: KnownHosts;
  /** Pin a host key that is seen for the first time without asking; default false. */
  readonly acceptNew?: boolean | undefined;
  /** Asked about a host key that is seen for the first time; without it, that is HostKeyUnknown. */
  readonly confirm?: ((machine: string, fingerprint: string) => Promise<boolean>) | undefined;
  readonly limits?: Limits | undefined;
}

export interface Limits {
  /** Milliseconds for TCP and key exchange, and again for authentication; default 10,000. Prompts do not count. */
  readonly connect?: number;
  /** Milliseconds between keepalives, of which three may stay unanswered; default 5,000. */
  readonly keepalive?: number;
  /** Commands at once; default 8. */
  readonly channels?: number;
}

/** One SSH server on a route: the machine or its jump host. */
export interface Endpoint {
  readonly machine: string;
  /** Whose host key it is, as `hoplab trust --replace` takes it: the machine, or `jump host 192.168.2.1`. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** For sentences: `k8s-worker1 (lab@192.168.2.11:22)`. */
  readonly label: string;
}

export function endpoint(route: Route): Endpoint {
  const { name, address, access } = route;
  return {
    machine: name,
    host: name,
    address,
    port: access.port,
    user: access.user,
    label: `${name} (${where(route)})`,
  };
}

/** A jump host's name, as `hoplab trust` shows and takes it: `jump host 192.168.2.1`, with its port unless that is 22. */
export function jumpHostName({ address, port }: { address: string; port: number }): string {
  return `jump host ${address}${port === 22 ? '' : `:${port}`}`;
}

/** `lab@192.168.2.10:22` */
export function where({ address, access }: Pick<Route, 'address' | 'access'>): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${access.user}@${host}:${access.port}`;
}

/** The route to a route's jump host. Without a key of its own it takes the machine's way to authenticate. */
export function jumpRoute(route: Route): Route | undefined {
  const { jump, ...access } = route.access;
  if (!jump) return undefined;
  const own = jump.key === undefined ? access : { ...access, key: jump.key };
  return { ...route, address: jump.address, access: { ...own, user: jump.user, port: jump.port } };
}
