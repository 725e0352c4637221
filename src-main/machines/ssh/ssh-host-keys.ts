import type { ServerHostKeyAlgorithm } from 'ssh2';
import { HostKeyChanged, HostKeyUnknown, type MachineError } from '../errors.ts';
import { fingerprint, type HostKey, type KnownHosts } from '../known-hosts.ts';
import type { Endpoint } from './route.ts';

/** What OpenSSH takes by default, by the type that known_hosts has for it: of RSA keys no signature with SHA-1 (ssh-rsa). */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** Pinned types first, as OpenSSH does: a host with several keys would otherwise look changed. */
export function hostKeyAlgorithms(pinned: readonly HostKey[]): ServerHostKeyAlgorithm[] {
  const types = new Set([...pinned.map(({ type }) => type), ...Object.keys(ALGORITHMS)]);
  return [...types].flatMap((type) => ALGORITHMS[type] ?? []);
}

/** What is believed about a host key that was never seen: nothing, everything, or one fingerprint. */
export type AcceptNew = boolean | string;

/** Compares the key that a host shows with the pinned ones. */
export class HostKeyCheck {
  readonly #endpoint: Endpoint;
  readonly #knownHosts: KnownHosts;
  readonly #acceptNew: AcceptNew;
  #newKey: Buffer | undefined;

  constructor(endpoint: Endpoint, knownHosts: KnownHosts, acceptNew: AcceptNew) {
    this.#endpoint = endpoint;
    this.#knownHosts = knownHosts;
    this.#acceptNew = acceptNew;
  }

  pinned(): Promise<HostKey[]> {
    return this.#knownHosts.lookup(this.#endpoint.address, this.#endpoint.port);
  }

  /** Undefined: the host may go on and prove that it has this key. */
  async refusal(key: Buffer): Promise<MachineError | undefined> {
    const { machine, host, address, port, label } = this.#endpoint;
    const shown = fingerprint(key);
    const { kind, pinned } = await this.#knownHosts.verify(address, port, key);
    if (kind === 'ok') return undefined;
    if (kind === 'changed') {
      const message = `The host key of ${label} has changed: ${shown} instead of the pinned one.`;
      return new HostKeyChanged(machine, message, { host, pinned: pinned.map((known) => known.fingerprint), shown });
    }
    if (this.#acceptNew !== true && this.#acceptNew !== shown) {
      return new HostKeyUnknown(machine, `The host key of ${label} is not known yet: ${shown}.`, { host, shown });
    }
    this.#newKey = key;
    return undefined;
  }

  /** Pins the accepted key, once the host has proved that it has it. */
  async pinAccepted(): Promise<void> {
    if (this.#newKey) await this.#knownHosts.pin(this.#endpoint.address, this.#endpoint.port, this.#newKey);
  }
}
