import { timedEventSchema, type TimedEvent } from '../../src-main/contract/events.ts';
import { hoplab } from './lab.ts';
import type { CommandOptions, CommandResult } from './script.ts';

export interface RolledOut extends CommandResult {
  /** Each line of `--json`, checked against the published schema. */
  readonly events: readonly TimedEvent[];
}

type Finished = Extract<TimedEvent, { event: 'rollout-finished' }>;

/** Runs a command of Hoplab with `--json`. `onEvent` is told each event as it comes. */
export async function rollOut(
  args: readonly string[],
  { onEvent, ...options }: CommandOptions & { onEvent?: (event: TimedEvent) => void } = {},
): Promise<RolledOut> {
  const events: TimedEvent[] = [];
  let rest = '';
  const read = (text: string, stream: 'stdout' | 'stderr') => {
    if (stream === 'stderr') return;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = timedEventSchema.parse(JSON.parse(line));
      events.push(event);
      onEvent?.(event);
    }
  };
  const result = await hoplab(['--json', ...args], { ...options, onOutput: read });
  return { ...result, events };
}

/** Rolls out and stops Hoplab with SIGKILL, `moment` milliseconds after an event that hits. False when none did. */
export async function killAt(hits: (event: TimedEvent) => boolean, moment: number): Promise<boolean> {
  const kill = new AbortController();
  const { killedBy } = await rollOut(['up'], {
    signal: kill.signal,
    onEvent: (event) => {
      if (hits(event)) setTimeout(() => kill.abort(), moment);
    },
  });
  return killedBy === 'SIGKILL';
}

/** How a rollout ended; fails loudly, with what went wrong, when it did not end at all. */
export function finished({ events, stdout, stderr }: RolledOut): Finished {
  const last = events.at(-1);
  if (last?.event !== 'rollout-finished') throw new Error(`the rollout has no end:\n${stdout.slice(-2000)}\n${stderr}`);
  return last;
}

/** The checks that failed. */
export function failedChecks({ events }: RolledOut) {
  return events.filter((event) => event.event === 'check-finished').filter(({ status }) => status === 'failed');
}

/** What failed, for the message of a test: empty when all went well. */
export function failures({ events, stderr, exitCode }: RolledOut): string {
  if (exitCode === 0) return '';
  const told = events.flatMap((event) => {
    if (event.event === 'check-finished' && event.status === 'failed') {
      return [`${event.stage} ${event.check} on ${event.machine}: ${event.actual.en}`];
    }
    if (event.event === 'change-failed' || event.event === 'rollout-finished') {
      return event.explanation ? [`${event.explanation.title.en}: ${event.explanation.detail}`] : [];
    }
    return [];
  });
  return [...told, stderr].join('\n') || `exit code ${String(exitCode)}`;
}
