import { setTimeout as pause } from 'node:timers/promises';
import { ConnectionLost, MachineError } from '../errors.ts';
import { cancelled } from '../process/run-failure.ts';
import { unlessCancelled } from '../process/unless-cancelled.ts';
import { openConnection, type Connection } from './ssh-connection.ts';
import type { Route } from './route.ts';
import { Slots } from './slots.ts';

/** sshd allows 10 sessions by default; two stay free to kill what runs in the others. */
const CHANNELS = 8;
const URGENT_CHANNELS = 2;
/** A refusal with nothing of ours open: sshd has not yet cleared away a session, or somebody's shells are many. */
const TRIES = 20;
const PAUSE = 250;

interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly urgent: boolean;
}

export interface Opened<T> {
  readonly value: T;
  /** Gives the channel's slot back. */
  readonly release: () => void;
}

/** A machine's one connection, made again when it was lost, and the channels in it. */
export class ChannelOpener {
  readonly #route: Route;
  readonly #slots: Slots;
  readonly #urgentSlots = new Slots(URGENT_CHANNELS);
  readonly #closing = new AbortController();
  #connection: Promise<Connection> | undefined;

  constructor(route: Route) {
    this.#route = route;
    this.#slots = new Slots(route.limits?.channels ?? CHANNELS);
  }

  /** Opens a channel as soon as there is room for it. @throws MachineError */
  async open<T>(channel: (connection: Connection) => Promise<T>, { signal, urgent }: OpenOptions): Promise<Opened<T>> {
    const slots = urgent ? this.#urgentSlots : this.#slots;
    for (let tries = 1; ;) {
      const release = await slots.take(signal).catch((error: unknown) => {
        throw this.#explained(error, signal);
      });
      try {
        return { value: await channel(await this.connect(signal)), release };
      } catch (error) {
        const again = tries < TRIES ? this.#retryAfter(error, urgent ? undefined : slots) : undefined;
        release();
        if (again === undefined) throw this.#explained(error);
        if (again > 0) tries += 1;
        await pause(again);
      }
    }
  }

  /** The living connection, or a new one. Many callers wait for the same attempt, so `signal` ends only the waiting. */
  connect(signal?: AbortSignal): Promise<Connection> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#closed());
    this.#connection ??= this.#reconnect();
    return unlessCancelled(this.#route.name, this.#connection, signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }

  #reconnect(): Promise<Connection> {
    const connecting = openConnection(this.#route, this.#closing.signal);
    const forget = () => {
      if (this.#connection === connecting) this.#connection = undefined;
    };
    connecting.then((connection) => connection.ended.then(forget), forget);
    return connecting;
  }

  /** Milliseconds until another try may succeed; undefined when it would not. */
  #retryAfter(error: unknown, slots: Slots | undefined): number | undefined {
    if (!(error instanceof Error)) return undefined;
    if (error.message === 'Not connected') {
      this.#connection = undefined;
      return PAUSE;
    }
    if (!/channel open failure/i.test(error.message)) return undefined;
    return slots?.lower() ? 0 : PAUSE;
  }

  #explained(error: unknown, signal?: AbortSignal): MachineError {
    if (error instanceof MachineError) return error;
    const { name } = this.#route;
    if (signal?.aborted) return cancelled(name);
    if (this.#closing.signal.aborted) return this.#closed();
    const message = `${name}: the connection broke, or takes no more commands.`;
    return new ConnectionLost(name, message, { cause: error });
  }

  #closed(): ConnectionLost {
    return new ConnectionLost(this.#route.name, `${this.#route.name}: the machine was closed.`);
  }
}
