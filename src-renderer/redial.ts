import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { dial, type Line } from './dial.ts';
import { isStream } from './shown-link.ts';
import { useConnection } from './stores/connection.ts';

/** The line to the engine went away while a call waited; a new call dials again. */
export class Disconnected extends Error {
  constructor(options?: ErrorOptions) {
    super('The engine went away.', options);
    this.name = 'Disconnected';
  }
}

/**
 * A link that dials when it is needed. A call on a message port whose other end is gone would wait for ever, so every
 * call and every step of a stream races with the end of its line.
 */
export class RedialingLink implements ClientLink<ClientContext> {
  #line: Promise<Line> | undefined;

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const line = await this.#open();
    const gone = line.lost.then((): never => {
      throw new Disconnected();
    });
    gone.catch(() => undefined);
    const result: unknown = await Promise.race([line.link.call(path, input, options), gone]);
    return isStream(result) ? guarded(result, gone) : result;
  }

  async #open(): Promise<Line> {
    this.#line ??= dial();
    const dialed = this.#line;
    try {
      const line = await dialed;
      if (useConnection().state !== 'open') this.#watch(line);
      return line;
    } catch (error) {
      if (this.#line === dialed) this.#line = undefined;
      useConnection().state = 'lost';
      throw new Disconnected({ cause: error });
    }
  }

  #watch(line: Line): void {
    useConnection().state = 'open';
    void line.lost.then(() => {
      this.#line = undefined;
      useConnection().state = 'lost';
    });
  }
}

async function* guarded(stream: AsyncIterableIterator<unknown>, gone: Promise<never>): AsyncGenerator {
  try {
    for (;;) {
      const step = await Promise.race([stream.next(), gone]);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    void Promise.resolve(stream.return?.()).catch(() => undefined);
  }
}
