import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Check, Question } from '../checks/check.ts';
import type { EventOf, Evidence } from '../contract/events.ts';
import { isSilent } from '../cluster/kubectl.ts';
import type { FactReader } from '../facts/fact.ts';
import { ask } from '../facts/reading.ts';
import { workers, type Lab } from '../lab/lab.ts';
import { CommandTimedOut, MachineError } from '../machines/errors.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Stage } from '../stages/stage.ts';
import { AskedCommands, evidenceOf } from './asked-commands.ts';
import { explain } from './explain.ts';

export type CheckResult = EventOf<'check-finished'>;

export interface Asking {
  readonly context: LabContext;
  readonly facts: FactReader;
  readonly signal: AbortSignal;
  /** Whether a failure may be because something has just been changed: then it is asked again for a while. */
  readonly patient: boolean;
  /** Ask on this machine only; default on all that the check belongs to. */
  readonly machine?: string | undefined;
  readonly emit: (event: EventOf<'check-started'> | CheckResult) => void;
}

/** Counts results, in place. */
export function tally(counts: EventOf<'rollout-finished'>['checks'], results: readonly CheckResult[]): void {
  for (const { status } of results) counts[status === 'not-applicable' ? 'notApplicable' : status] += 1;
}

/** Milliseconds between two tries of a check that waits. */
const PAUSE = 250;
/** How long a machine or an API server that went away is waited for. Milliseconds. */
const AWAY = 300_000;
/** How long a machine that is too slow to answer in time is asked again, as one that has just started. Milliseconds. */
const SLOW = 180_000;

/** Asks all checks of a stage at once, each on the machines it belongs to. */
export async function askChecks(stage: Pick<Stage, 'id' | 'checks'>, asking: Asking): Promise<readonly CheckResult[]> {
  return Promise.all(
    stage.checks.flatMap((check) =>
      machinesOf(check, asking.context.lab, asking.machine).map(async (machine) => {
        const { id, sentence } = check;
        asking.emit({ event: 'check-started', stage: stage.id, check: id, machine, sentence });
        const started = performance.now();
        const { answer, evidence } = await askPatiently(check, machine, asking);
        const result = finished({ stage: stage.id, check, machine, answer, evidence, started });
        asking.emit(result);
        return result;
      }),
    ),
  );
}

/** The machines that a check is asked on; with `only`, that one if it is among them. */
export function machinesOf({ on }: Check, lab: Lab, only?: string): readonly string[] {
  const all: Record<Check['on'], readonly string[]> = {
    client: ['client'],
    'control-plane': lab.nodes.slice(0, 1).map(({ name }) => name),
    'every-node': lab.nodes.map(({ name }) => name),
    workers: workers(lab).map(({ name }) => name),
  };
  return only === undefined ? all[on] : all[on].filter((name) => name === only);
}

async function askPatiently(
  check: Check,
  machine: string,
  asking: Asking,
): Promise<{ answer: Answer; evidence: readonly Evidence[] }> {
  const started = performance.now();
  for (;;) {
    // by when it is asked: a slow answer, such as of a request that hangs, does not use the patience up
    const waited = performance.now() - started;
    const attempt = await askOnce(check, machine, asking);
    const patience = Math.max(check.patience ?? 0, attempt.waitFor);
    const over = !asking.patient || patience === 0 || waited >= patience || asking.signal.aborted;
    if (attempt.answer.status !== 'failed' || over) return attempt;
    await sleep(PAUSE, undefined, { signal: asking.signal }).catch(() => undefined);
  }
}

/** `waitFor`: milliseconds for which another answer may come, where a machine or the API server did not give one; 0: it did. */
async function askOnce(
  check: Check,
  machineName: string,
  asking: Asking,
): Promise<{ answer: Answer; evidence: readonly Evidence[]; waitFor: number }> {
  const { context, facts, signal } = asking;
  const asked = new AskedCommands();
  const question: Question = {
    ...context,
    machineName,
    read: (machine, fact) => asked.note(facts.take(context.machine(machine), fact)),
    readFresh: (machine, fact) => asked.note(facts.takeFresh(context.machine(machine), fact)),
    async run(command, { machine = machineName, sudo = false, timeout = 20_000, quick = false } = {}) {
      const options = { sudo, timeout, quick, signal, accept: 'any' } as const;
      const ran = ask(context.machine(machine), command, options);
      await asked.note(ran);
      return evidenceOf(await ran);
    },
  };
  try {
    const answer = await check.ask(question);
    return { answer, evidence: asked.evidence(), waitFor: asked.all().some(isSilent) ? AWAY : 0 };
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    const waitFor = error instanceof CommandTimedOut ? SLOW : error.retryable ? AWAY : 0;
    return { answer: unanswered(error), evidence: asked.evidence(), waitFor };
  }
}

/** A check that could not be asked has failed: the default outcome is failure. */
function unanswered(error: MachineError): Answer {
  const { title, remedy, detail } = explain(error);
  return {
    status: 'failed',
    expected: { en: 'a response from the machine', ja: 'マシンからの応答' },
    actual: title,
    meaning: { en: `The check could not run: ${detail}`, ja: `チェックを実行できなかった: ${detail}` },
    remedy,
  };
}

function finished(ask: {
  stage: string;
  check: Check;
  machine: string;
  answer: Answer;
  evidence: readonly Evidence[];
  started: number;
}): CheckResult {
  const { stage, check, machine, answer, evidence, started } = ask;
  const base = {
    event: 'check-finished' as const,
    stage,
    check: check.id,
    machine,
    sentence: check.sentence,
    evidence: [...evidence],
    duration: Math.round(performance.now() - started),
  };
  if (answer.status === 'not-applicable') {
    const nothing = { en: '', ja: '' };
    return { ...base, status: answer.status, expected: nothing, actual: nothing, meaning: answer.reason };
  }
  const { status, expected, actual, meaning, remedy } = answer;
  return { ...base, status, expected, actual, meaning, ...(status === 'failed' && { remedy }) };
}
