import type { Client } from 'ssh2';
import { HostKeyUnknown } from '../errors.ts';
import { hostKey, type HostKey } from '../known-hosts.ts';
import { forward, openJump } from './ssh-connection.ts';
import { handshake } from './handshake.ts';
import { endpoint, type Route } from './route.ts';

/** The key that the machine at the end of a route shows, without logging in there. @throws MachineError when it cannot be reached */
export async function scanHostKey(route: Route, signal?: AbortSignal): Promise<HostKey> {
  const jump = await openJump(route, signal);
  try {
    return await scan(route, { jump: jump?.client, signal });
  } finally {
    await jump?.close();
  }
}

async function scan(
  route: Route,
  { jump, signal }: { jump: Client | undefined; signal: AbortSignal | undefined },
): Promise<HostKey> {
  const { name, address, access, limits } = route;
  const target = { ...endpoint(route), user: 'nobody', label: `${name} (${address}:${access.port})` };
  let shown: Buffer | undefined;
  const check = {
    pinned: async () => [],
    refusal: async (key: Buffer) => {
      shown = key;
      return new HostKeyUnknown(name, 'seen', { host: name, shown: '' });
    },
    pinAccepted: async () => undefined,
  };
  const socket = jump && (await forward(jump, target));
  const nobody = { next: async () => false as const, tried: [] };
  try {
    await handshake({ endpoint: target, hostKey: check, authentication: nobody, socket, limits, signal });
  } catch (error) {
    if (!shown) throw error;
  }
  if (!shown) throw new Error('an SSH handshake without a host key');
  return hostKey(shown);
}
