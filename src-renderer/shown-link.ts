import { ORPCError, type ClientContext, type ClientLink, type ClientOptions } from '@orpc/client';
import { shown, shownWithin } from '../src-main/contract/shown.ts';

/** What the user gets as it is: a terminal of their own, the text of a file that is edited and written back, a file to be opened. */
const AS_IT_IS = new Set(['terminals.output', 'labs.read', 'labs.choose']);

/** The door through which all comes that the window shows: without control characters and unseen ones of machines. */
export class ShownLink implements ClientLink<ClientContext> {
  readonly #link: ClientLink<ClientContext>;

  constructor(link: ClientLink<ClientContext>) {
    this.#link = link;
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const result = await this.#link.call(path, input, options).catch(refuseShown);
    if (AS_IT_IS.has(path.join('.'))) return result;
    return isStream(result) ? shownSteps(result) : shownWithin(result);
  }
}

export function isStream(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* shownSteps(stream: AsyncIterableIterator<unknown>): AsyncGenerator {
  try {
    for await (const value of stream) yield shownWithin(value);
  } catch (error) {
    refuseShown(error);
  }
}

/** @throws the error, with what went wrong as it is shown */
function refuseShown(error: unknown): never {
  if (!(error instanceof ORPCError)) throw error;
  const { code, status, defined, message, data } = error as ORPCError<string, unknown>;
  throw new ORPCError(code, { status, defined, message: shown(message), data: shownWithin(data), cause: error });
}
