import type { RolloutEvent, TimedEvent } from '../contract/events.ts';
import type { Lab } from '../lab/lab.ts';
import { Journal } from '../rollout/journal.ts';
import { Redactor } from '../rollout/redactor.ts';
import { Rollout, type Outcome } from '../rollout/rollout.ts';
import { stages } from '../stages/index.ts';
import { version } from '../version.ts';
import { journalFolder } from './home.ts';
import { HumanOutput } from './human-output.ts';
import { openMachines } from './open-machines.ts';
import { Questions } from './prompt.ts';
import type { Settings } from './settings.ts';

/** Runs one rollout with its journal and its output, until it ends or Ctrl-C; a second Ctrl-C does not wait. Returns the exit code. */
export async function recordRollout(
  settings: Settings,
  lab: Lab,
  verb: 'up' | 'verify' | 'undo' | 'reset',
  work: (rollout: Rollout) => Promise<Outcome>,
): Promise<number> {
  const redactor = new Redactor();
  const started = new Date().toISOString();
  const id = `${started.replaceAll(/[:.]/g, '-')}-${verb}`;
  const journal = new Journal(journalFolder(lab.name), id);
  const human = settings.json ? undefined : new HumanOutput(settings);
  const emit = (event: RolloutEvent): void => {
    const timed: TimedEvent = { time: new Date().toISOString(), ...redactor.value(event) };
    journal.write(timed);
    if (human) human.tell(timed);
    else process.stdout.write(`${JSON.stringify(timed)}\n`);
  };
  const stop = new AbortController();
  const release = stopOnSignals(settings, stop);
  const questions = new Questions(stop);
  emit({
    event: 'rollout-started',
    rollout: id,
    lab: lab.name,
    verb,
    stages: stages.map((stage) => stage.id),
    hoplab: version,
  });
  try {
    const open = (opened: Lab) => openMachines(opened, settings, redactor, questions);
    const outcome = await work(new Rollout({ lab, stages, open, emit, signal: stop.signal }));
    if (questions.left) return 130;
    return outcome.status === 'done' ? 0 : 1;
  } finally {
    release();
    human?.close();
    journal.close();
  }
}

function stopOnSignals({ language }: Settings, controller: AbortController): () => void {
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write(language === 'ja' ? '\n中止しています…\n' : '\nStopping…\n');
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return () => process.off('SIGINT', stop).off('SIGTERM', stop);
}
