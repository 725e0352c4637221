import { randomBytes } from 'node:crypto';
import {
  MOST_PATHS,
  type ComparedPaths,
  type KeptPath,
  type OpenedPath,
  type PathSummary,
} from '../contract/kept-paths.ts';
import type { Text } from '../contract/text.ts';
import { spreadOf } from '../path/spread.ts';
import { TargetError } from '../path/target-error.ts';
import { trace } from '../path/trace.ts';
import { unlessCancelled } from '../machines/process/unless-cancelled.ts';
import type { Redactor } from '../rollout/redactor.ts';
import { inSituation } from '../rollout/in-situation.ts';
import type { RecordingLabel } from '../rollout/session.ts';
import { alignPaths } from './align-paths.ts';
import type { Connection } from './lab-connection.ts';
import { KeptPaths, parsePath, withId } from './path-store.ts';
import { noPath } from './refusals.ts';

interface Tracing {
  readonly connection: Connection;
  /** Set when the machines are those of a recording. */
  readonly recording: RecordingLabel | undefined;
  readonly redactor: Redactor;
}

interface Asked {
  readonly target: string;
  /** Requests, one after the other. */
  readonly count: number;
  readonly predictOnly: boolean;
  /** Of a recording: the id of what was broken then. */
  readonly situation?: string | undefined;
}

/** The paths of an open lab: those that are followed now, on its connection, and those that were kept. */
export class LabPaths {
  readonly #kept: KeptPaths;
  readonly #tracing: Tracing;

  constructor(folder: string, tracing: Tracing) {
    this.#kept = new KeptPaths(folder);
    this.#tracing = tracing;
  }

  /**
   * Follows a target and keeps each path as it comes. A series longer than all that is kept is not: it would push everything else out.
   * @throws TargetError, MachineError
   */
  async *trace(
    { target, count, predictOnly, situation }: Asked,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<OpenedPath, void, undefined> {
    const { connection, redactor } = this.#tracing;
    const broken = this.#tracing.recording?.situations.find(({ id }) => id === situation);
    if (situation !== undefined && !broken) throw new TargetError(noSituation(situation));
    const session = await unlessCancelled('client', connection.session(), signal);
    const { context, recording } = inSituation(session.context, this.#tracing.recording, broken);
    const stop = new AbortController();
    const release = abortWith(stop, [connection.signal, signal]);
    const series = count > 1 ? randomBytes(4).toString('hex') : null;
    const options = { predictOnly, recording, signal: stop.signal };
    const own: KeptPath[] = [];
    try {
      for await (const path of trace(context, target, count, options)) {
        const asked = [redactor.value(path), path.differences === null ? null : series] as const;
        const kept = count > MOST_PATHS ? withId(...asked) : await this.#kept.add(...asked);
        own.push(kept);
        yield { ...kept, spread: spreadIn(own, kept) };
        if (stop.signal.aborted) return;
      }
    } finally {
      release();
    }
  }

  /** The newest first. */
  async list(): Promise<PathSummary[]> {
    return (await this.#kept.list()).map(summaryOf);
  }

  /** @throws Refused */
  async open(id: string): Promise<OpenedPath> {
    const kept = await this.#kept.get(id);
    return { ...kept, spread: spreadIn(await this.#kept.list(), kept) };
  }

  /** @throws Refused */
  async forget(id: string): Promise<void> {
    await this.#kept.forget(id);
  }

  /** Keeps a path that was made elsewhere, from its JSON. @throws Refused when it is none */
  async import(text: string): Promise<OpenedPath> {
    const path = parsePath(text);
    if (!path) throw noPath();
    return { ...(await this.#kept.add(this.#tracing.redactor.value(path), null)), spread: null };
  }

  /** @throws Refused */
  async compare(one: string, other: string): Promise<ComparedPaths> {
    const [first, second] = await Promise.all([this.#kept.get(one), this.#kept.get(other)]);
    return { one: first, other: second, legs: alignPaths(first.path, second.path) };
  }
}

function noSituation(id: string): Text {
  return {
    en: `The recording has no situation ${id} in this lab.`,
    ja: `${id} の記録はない。このラボの状態ではない。`,
  };
}

/** Aborts when one of the signals is. Returns how to leave them. */
function abortWith(stop: AbortController, signals: readonly (AbortSignal | undefined)[]): () => void {
  const abort = () => stop.abort();
  for (const signal of signals) {
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
  }
  return () => signals.forEach((signal) => signal?.removeEventListener('abort', abort));
}

function spreadIn(all: readonly KeptPath[], { series }: KeptPath): OpenedPath['spread'] {
  if (series === null) return null;
  return spreadOf(all.filter((one) => one.series === series).map(({ path }) => path));
}

function summaryOf({ id, series, path }: KeptPath): PathSummary {
  const hops = path.legs.flatMap((leg) => leg.hops);
  const times = hops.flatMap(({ machine, at }) => (at === null ? [] : [{ machine, at }]));
  return {
    id,
    series,
    target: path.target,
    time: path.time,
    status: path.end.status,
    cause: path.end.status === 'stopped' ? path.end.cause : null,
    basis: path.differences === null ? 'predicted' : 'observed',
    hops: hops.length,
    times: times.filter(({ machine, at }, index) => {
      const before = times[index - 1];
      return before?.machine !== machine || before.at !== at; // hops of one node share what its kernel told
    }),
  };
}
