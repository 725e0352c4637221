import type { Client } from 'ssh2';
import { HostKeyUnknown } from '../errors.ts';
import { hostKey, type HostKey } from '../known-hosts.ts';
import { forward, openConnection } from './connection.ts';
import { handshake } from './handshake.ts';
import type { Endpoint, Limits, Route } from './route.ts';

export interface ScanOptions {
  readonly address: string;
  readonly port: number;
  /** For sentences; default the address. */
  readonly name?: string;
  /** The way to the jump host that the scanned host lies behind. */
  readonly jump?: Route | undefined;
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The key that a host shows, without logging in there. @throws MachineError when the host cannot be reached */
export async function scanHostKey(options: ScanOptions): Promise<HostKey> {
  if (!options.jump) return scan(options);
  const jump = await openConnection(options.jump, options.signal);
  try {
    return await scan(options, jump.client);
  } finally {
    await jump.close();
  }
}

async function scan({ address, port, name = address, limits, signal }: ScanOptions, jump?: Client): Promise<HostKey> {
  const endpoint: Endpoint = { machine: name, address, port, user: 'nobody', label: `${name} (${address}:${port})` };
  let shown: Buffer | undefined;
  const check = {
    pinned: async () => [],
    refusal: async (key: Buffer) => {
      shown = key;
      return new HostKeyUnknown(name, 'seen', '');
    },
    pinAccepted: async () => undefined,
  };
  const socket = jump && (await forward(jump, endpoint));
  const nobody = { next: async () => false as const, tried: [] };
  try {
    await handshake({ endpoint, hostKey: check, authentication: nobody, socket, limits, signal });
  } catch (error) {
    if (!shown) throw error;
  }
  if (!shown) throw new Error('an SSH handshake without a host key');
  return hostKey(shown);
}
