import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sum } from '../bundle/sum.ts';
import { DownloadError } from './download-error.ts';
import { cutOff, inWords, wrongSize, wrongSum, type Named } from './download-failures.ts';
import { Part } from './download-part.ts';
import type { WebAnswer } from './web-client.ts';

export interface WantedFile extends Named {
  readonly sum: Sum;
  /** Bytes; absent where they are not known. */
  readonly size?: number | undefined;
}

/** Asks for the bytes from `from` on (Range), if what is there still is what `validator` says (If-Range). @throws DownloadError */
export type Get = (from: number, validator: string | undefined, signal: AbortSignal) => Promise<WebAnswer>;

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Bytes of it that are there; less than before where it begins anew. */
  readonly onBytes: (have: number) => void;
  /** Milliseconds before the second try; they double until one makes progress. Default 250. */
  readonly pause?: number;
}

/** Tries in a row that may end without a byte more than ever before. */
const TRIES = 7;
/** Milliseconds; a server that asks for a longer pause (Retry-After) is not waited for. */
const LONGEST_PAUSE = 60_000;
/** Bytes; more than anything that is installed. */
const LARGEST = 2 ** 36;

/**
 * Downloads a file into `PATH.part`, goes on there as often as the connection breaks, and gives it its name when its sum is right.
 * One that makes progress is never given up. A sum that is wrong where bytes of several answers came together is no verdict: it begins
 * anew, once. Cancelled at any moment, it leaves a part that the next call resumes. The caller holds the cache's lock.
 * @throws DownloadError, the signal's reason, or an error of the file system
 */
export async function downloadFile(
  path: string,
  wanted: WantedFile,
  get: Get,
  options: DownloadOptions,
): Promise<void> {
  const part = await Part.open(`${path}.part`, wanted.sum.algorithm, options.signal);
  try {
    options.onBytes(part.bytes);
    for (let second = false; ; second = true) {
      const { joined, host } = await complete(part, wanted, get, options);
      const found = part.digest();
      if (found === wanted.sum.hex) break;
      if (second || !joined) throw wrongSum(wanted, wanted.sum, found, host);
      await part.restart();
    }
    await part.become(path);
  } catch (error) {
    if (error instanceof DownloadError && error.kind === 'wrong-sum') await part.remove();
    else await part.close();
    throw inWords(error, dirname(path), wanted.size && wanted.size - part.bytes, wanted.url);
  }
}

interface Complete {
  /** Whether bytes of several answers came together. */
  joined: boolean;
  /** That answered last. */
  host: string;
}

/** Until all is there that the server has. */
async function complete(part: Part, wanted: WantedFile, get: Get, options: DownloadOptions): Promise<Complete> {
  const { signal, pause = 250 } = options;
  let furthest = part.bytes;
  let fruitless = 0;
  let joined = part.bytes > 0;
  if (joined && part.bytes === wanted.size) return { joined, host: new URL(wanted.url).host };
  for (;;) {
    signal.throwIfAborted();
    try {
      return { joined, host: await attempt(part, wanted, get, options) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DownloadError) || !error.retryable) throw error;
      fruitless = part.bytes > furthest ? 0 : fruitless + 1;
      furthest = Math.max(furthest, part.bytes);
      joined ||= part.bytes > 0;
      const { retryAfter = 0 } = error;
      if (fruitless === TRIES || retryAfter > LONGEST_PAUSE) throw error;
      await sleep(Math.max(retryAfter, pause * 2 ** fruitless), undefined, { signal });
    }
  }
}

/** @returns the host that answered with all that was lacking. @throws DownloadError, with what came before it kept */
async function attempt(
  part: Part,
  wanted: WantedFile,
  get: Get,
  { signal, onBytes }: DownloadOptions,
): Promise<string> {
  const answer = await get(part.bytes, part.validator, signal);
  const close = () => answer.close();
  signal.addEventListener('abort', close);
  try {
    const { host } = new URL(answer.url);
    const whole = await begin(part, wanted, answer, host);
    if (part.bytes !== whole)
      await part.add(atMost(wanted.size ?? whole, part.bytes, { wanted, answer, host }), onBytes);
    signal.throwIfAborted();
    if (whole !== undefined && part.bytes < whole) throw cutOff(wanted, part.bytes);
    return host;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/**
 * Brings the part to where the answer begins.
 * @returns bytes of the whole, where the answer says it
 * @throws DownloadError where the answer does not go on from there, or is of another file
 */
async function begin(part: Part, wanted: WantedFile, answer: WebAnswer, host: string): Promise<number | undefined> {
  const { start, whole } = extent(answer);
  if (start !== part.bytes && !(answer.status === 416 && whole === part.bytes)) {
    if (part.bytes > 0) await part.restart();
    if (start !== 0) throw cutOff(wanted, 0);
  }
  if (whole !== undefined && wanted.size !== undefined && whole !== wanted.size) {
    throw wrongSize(wanted, wanted.size, String(whole), host);
  }
  await part.belongsTo(validator(answer));
  return whole ?? wanted.size;
}

/** Where an answer's bytes begin, undefined where it has none that can be used; and bytes of the whole. RFC 9110, 14.4 and 15.5.17. */
function extent({ status, headers }: WebAnswer): { start: number | undefined; whole: number | undefined } {
  if (status === 206 || status === 416) {
    const range = /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(?:(\d{1,15})|\*)$/.exec(headers.get('content-range') ?? '');
    const [start, whole] = [range?.[1], range?.[2]].map((text) => (text === undefined ? undefined : Number(text)));
    return { start: status === 206 ? start : undefined, whole };
  }
  const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
  return { start: status === 200 ? 0 : undefined, whole: length === null ? undefined : Number(length) };
}

/** A strong ETag, else the time of the last change: what If-Range takes. */
function validator({ headers }: WebAnswer): string | undefined {
  const etag = headers.get('etag');
  return (etag?.startsWith('"') ? etag : headers.get('last-modified')) ?? undefined;
}

interface Answered {
  readonly wanted: WantedFile;
  readonly answer: WebAnswer;
  readonly host: string;
}

/** The bytes of an answer. @throws DownloadError when they break off, or are more than `limit` with the `bytes` that are there */
async function* atMost(
  limit: number | undefined,
  bytes: number,
  { wanted, answer, host }: Answered,
): AsyncGenerator<Uint8Array> {
  let left = (limit ?? LARGEST) - bytes;
  for await (const piece of received(wanted, answer)) {
    left -= piece.length;
    if (left < 0) throw wrongSize(wanted, limit ?? LARGEST, 'more', host);
    yield piece;
  }
}

async function* received(wanted: WantedFile, { body }: WebAnswer): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof DownloadError ? error : cutOff(wanted, 0, error);
  }
}
