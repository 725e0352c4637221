import type { Evidence } from '../contract/events.ts';
import { isRead, valueOf, type Reading } from '../facts/reading.ts';
import { explain } from './explain.ts';

/** Characters of each stream that events and journals carry: what is longer can be run again. */
const LONGEST = 20_000;

/** What a question asked the machines: every command once, in the order of the asking. */
export class AskedCommands {
  readonly #asked: (readonly Reading<unknown>[])[] = [];

  /** Notes a reading, answered or not. @throws what went wrong with it */
  async note<Value>(reading: Promise<Reading<Value>>): Promise<Value> {
    const place = this.#asked.push([]) - 1;
    const done = await reading;
    this.#asked[place] = [done, ...done.leanedOn];
    return valueOf(done);
  }

  /** Whole. */
  all(): readonly Evidence[] {
    return [...new Set(this.#asked.flat())].map(evidenceOf);
  }

  /** As it is told: what is very long is cut. */
  evidence(): readonly Evidence[] {
    return this.all().map(shortened);
  }
}

/** A command and what it printed. */
export function evidenceOf(reading: Reading<unknown>): Evidence {
  const { machine, command, sudo, output, duration, at } = reading;
  return {
    machine,
    command,
    ...(sudo && { sudo }),
    stdout: output?.stdout ?? '',
    stderr: output?.stderr ?? '',
    exitCode: output?.exitCode ?? null,
    ...(!isRead(reading) && { problem: explain(reading.problem).title }),
    duration: Math.round(duration),
    at: new Date(at).toISOString(),
  };
}

function shortened(evidence: Evidence): Evidence {
  const { stdout, stderr } = evidence;
  const omitted = Math.max(0, stdout.length - LONGEST) + Math.max(0, stderr.length - LONGEST);
  if (omitted === 0) return evidence;
  return { ...evidence, stdout: stdout.slice(0, LONGEST), stderr: stderr.slice(0, LONGEST), omitted };
}
