import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { HostKeyUnknown, MachineUnreachable } from '../errors.ts';
import { Authentication } from './authentication.ts';
import { handshake, type Established } from './handshake.ts';
import { HostKeyCheck, type AcceptNew } from './ssh-host-keys.ts';
import { endpoint, jumpHostName, jumpRoute, where, type Endpoint, type Route } from './route.ts';

/** An authenticated connection, with the jump host's underneath when there is one. */
export class Connection {
  readonly client: Client;
  readonly ended: Promise<void>;
  readonly #socket: Duplex;
  #lost: string | undefined;

  constructor({ client, socket }: Established) {
    this.client = client;
    this.#socket = socket;
    this.ended = new Promise((resolve) => {
      client.on('error', (error) => (this.#lost ??= lostReason(error)));
      client.once('close', () => {
        this.#lost ??= 'the machine ended the connection';
        resolve();
      });
    });
  }

  /** Why a channel ended without saying how. */
  get lost(): string {
    return this.#lost ?? 'the machine ended the command without an exit code';
  }

  /** Says goodbye; whoever does not answer within half a second is left. */
  async close(): Promise<void> {
    this.#lost ??= 'Hoplab closed the connection';
    this.client.end();
    if (await endsWithin(500, this.ended)) return;
    this.#socket.destroy();
    await endsWithin(500, this.ended);
  }
}

async function endsWithin(limit: number, ended: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), limit)));
  try {
    return await Promise.race([ended.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Connects, through the jump host if there is one. @throws MachineError */
export async function openConnection(route: Route, signal?: AbortSignal): Promise<Connection> {
  const target = endpoint(route);
  const jump = await openJump(route, signal);
  if (!jump) return confirmed(route, target, { signal });
  try {
    const connection = await confirmed(route, target, { signal, open: () => forward(jump.client, target) });
    void connection.ended.then(() => jump.close());
    return connection;
  } catch (error) {
    await jump.close();
    throw error;
  }
}

/** Connects to the jump host of a route, if there is one. @throws MachineError */
export async function openJump(route: Route, signal?: AbortSignal): Promise<Connection | undefined> {
  const through = jumpRoute(route);
  if (!through) return undefined;
  const host = jumpHostName({ address: through.address, port: through.access.port });
  const target = { ...endpoint(through), host, label: `the jump host ${where(through)} of ${route.name}` };
  return confirmed({ ...through, name: where(through) }, target, { signal });
}

/** A stream to an endpoint from a jump host. */
export function forward(jump: Client, { machine, address, port, label }: Endpoint): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const unreachable = (cause: unknown) =>
      reject(new MachineUnreachable(machine, `${label} cannot be reached from its jump host.`, { cause }));
    try {
      jump.forwardOut('127.0.0.1', 0, address, port, (error, stream) => (error ? unreachable(error) : resolve(stream)));
    } catch (error) {
      unreachable(error);
    }
  });
}

interface Attempting {
  readonly signal?: AbortSignal | undefined;
  readonly open?: () => Promise<Duplex>;
}

/**
 * Connects; asks about an unknown host key between two attempts and not within one, so that the host does not wait for
 * a person and lose patience.
 */
async function confirmed(route: Route, target: Endpoint, attempting: Attempting): Promise<Connection> {
  try {
    return await attempt(route, target, { ...attempting, acceptNew: route.acceptNew ?? false });
  } catch (error) {
    if (!(error instanceof HostKeyUnknown) || !route.confirm) throw error;
    if (!(await route.confirm(route.name, error.fingerprint))) throw error;
    return attempt(route, target, { ...attempting, acceptNew: error.fingerprint });
  }
}

async function attempt(
  route: Route,
  target: Endpoint,
  options: Attempting & { acceptNew: AcceptNew },
): Promise<Connection> {
  const authentication = await Authentication.prepare(route);
  const hostKey = new HostKeyCheck(target, route.knownHosts, options.acceptNew);
  const socket = await options.open?.();
  const { limits } = route;
  return new Connection(
    await handshake({ endpoint: target, hostKey, authentication, limits, socket, signal: options.signal }),
  );
}

function lostReason(error: Error): string {
  return /keepalive/i.test(error.message) ? 'the machine stopped answering' : `the connection broke (${error.message})`;
}
