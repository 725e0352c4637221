import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthenticationType, type Client, type ConnectConfig } from 'ssh2';
import { Cancelled, MachineError } from '../errors.ts';
import type { Authentication } from './authentication.ts';
import { keepKeys, writesTogether } from './quick-packets.ts';
import { hostKeyAlgorithms, type HostKeyCheck } from './ssh-host-keys.ts';
import type { Endpoint, Limits } from './route.ts';
import { connectError, connectTimeout } from './ssh-errors.ts';

export interface HandshakeOptions {
  readonly endpoint: Endpoint;
  readonly hostKey: Pick<HostKeyCheck, 'pinned' | 'refusal' | 'pinAccepted'>;
  readonly authentication: Pick<Authentication, 'next' | 'tried'>;
  readonly limits?: Limits | undefined;
  /** The way through a jump host; default a TCP connection. */
  readonly socket?: Duplex | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A connection, and what carries it: ssh2's own `destroy` leaves a socket that waits for the other end to say goodbye. */
export interface Established {
  readonly client: Client;
  readonly socket: Duplex;
}

/** One SSH connection: TCP, key exchange, host key, authentication. @throws MachineError; nothing stays open then. */
export async function handshake(options: HandshakeOptions): Promise<Established> {
  const attempt = new Attempt(options);
  return attempt.connect(hostKeyAlgorithms(await options.hostKey.pinned()));
}

/** How ssh2 tells what a host offers; it has no event for that. */
const OFFERED = /^Handshake: \(remote\) (.*)/;

class Attempt {
  readonly #options: HandshakeOptions;
  readonly #client = new ssh2.Client();
  readonly #limit: number;
  #socket: Duplex | undefined;
  /** What the host offers of what is being agreed upon. */
  #offered: string | undefined;
  #agreed = false;
  #accepted: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settle: { resolve: (established: Established) => void; reject: (error: MachineError) => void } | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#limit = options.limits?.connect ?? 10_000;
  }

  connect(serverHostKey: NonNullable<ConnectConfig['algorithms']>['serverHostKey']): Promise<Established> {
    const { signal } = this.#options;
    const cancel = () =>
      this.#fail(new Cancelled(this.#options.endpoint.machine, 'The connection attempt was cancelled.'));
    const done = new Promise<Established>((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#listen();
    this.#allow();
    if (signal?.aborted) cancel();
    else this.#start(serverHostKey);
    signal?.addEventListener('abort', cancel);
    return done.finally(() => signal?.removeEventListener('abort', cancel));
  }

  #start(serverHostKey: NonNullable<ConnectConfig['algorithms']>['serverHostKey']): void {
    const { socket, endpoint } = this.#options;
    this.#socket = writesTogether(socket ?? connect(endpoint.port, endpoint.address));
    this.#client.connect(this.#config(this.#socket, serverHostKey));
  }

  #listen(): void {
    this.#client
      // An agent that cannot sign is one way less, and ssh2 goes on with the next.
      .on('error', (error: Error & { level?: string }) => error.level !== 'agent' && this.#broken(error))
      .on('close', () => this.#broken(new Error('closed')))
      // A command is several small messages each way; Nagle's algorithm would hold each back for 40 ms.
      .once('connect', () => this.#client.setNoDelay(true))
      .on('handshake', () => keepKeys(this.#client)) // after each key exchange
      .once('handshake', () => this.#loginBegins())
      .once('ready', () => void this.#ready());
  }

  #config(
    socket: Duplex,
    serverHostKey: NonNullable<ConnectConfig['algorithms']>['serverHostKey'],
  ): ConnectConfig & { sock: Duplex } {
    const { endpoint, limits } = this.#options;
    return {
      sock: socket,
      username: endpoint.user,
      // Ciphers stay ssh2's: aes128-gcm is its first, and the fastest for bulk data (measured).
      algorithms: serverHostKey ? { serverHostKey } : {},
      keepaliveInterval: limits?.keepalive ?? 5_000,
      keepaliveCountMax: 3,
      debug: (line: string) => (this.#offered = OFFERED.exec(line)?.[1] ?? this.#offered),
      readyTimeout: 0, // ours stops while a person is asked
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => this.#verify(key, verify),
      authHandler: (left, _partial, next) => void this.#authenticate(left, next as (method: unknown) => void),
    };
  }

  /**
   * A connection that stands exchanges keys anew when its host wants to: after so many bytes, or an hour. It has to show the same
   * host key then, and gets its answer at once: ssh2 sends what others write meanwhile as it must not.
   */
  #verify(key: Buffer, verify: (valid: boolean) => void): void {
    if (this.#accepted) verify(this.#accepted.equals(key));
    else void this.#verifyFirst(key, verify);
  }

  async #verifyFirst(key: Buffer, verify: (valid: boolean) => void): Promise<void> {
    const refusal = await this.#options.hostKey.refusal(key).catch((error: unknown) => this.#broken(asError(error)));
    if (refusal) this.#fail(refusal);
    if (!this.#settle) return;
    if (!refusal) this.#accepted = Buffer.from(key);
    verify(refusal === undefined);
  }

  async #authenticate(left: AuthenticationType[] | null, next: (method: unknown) => void): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const method = await this.#options.authentication.next(left);
      if (!this.#settle) return;
      this.#allow();
      next(method);
    } catch (error) {
      this.#broken(asError(error));
    }
  }

  async #ready(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.#options.hostKey.pinAccepted();
      if (this.#socket) this.#settle?.resolve({ client: this.#client, socket: this.#socket });
      this.#settle = undefined;
    } catch (error) {
      this.#broken(asError(error));
    }
  }

  /** Grants the limit anew: for the key exchange, then for each answer of the host. */
  #allow(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#fail(connectTimeout(this.#options.endpoint, this.#limit, this.#agreed)),
      this.#limit,
    );
  }

  #loginBegins(): void {
    this.#agreed = true;
    this.#allow();
  }

  #broken(error: Error): undefined {
    const { endpoint, authentication } = this.#options;
    // who left the question about a password has said so
    this.#fail(
      error instanceof MachineError
        ? error
        : connectError(endpoint, error, { tried: authentication.tried, offered: this.#offered }),
    );
  }

  #fail(error: MachineError): void {
    clearTimeout(this.#timer);
    this.#settle?.reject(error);
    if (this.#settle) this.#socket?.destroy();
    this.#settle = undefined;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
