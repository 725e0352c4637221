import type { RolloutEvent, TimedEvent } from '../contract/events.ts';
import { Journal } from '../rollout/journal.ts';
import { Redactor } from '../rollout/redactor.ts';
import { Rollout, type Outcome } from '../rollout/rollout.ts';
import { stages } from '../stages/index.ts';
import { version } from '../version.ts';
import { journalFolder, prepareHome } from './home.ts';
import { HumanOutput } from './human-output.ts';
import type { LabAccess, RecordingLabel } from '../rollout/session.ts';
import { Questions } from './prompt.ts';
import { whenReaderIsGone } from './reader.ts';
import type { Settings } from './settings.ts';

/** Runs one rollout with its journal and its output, until it ends or Ctrl-C; a second Ctrl-C does not wait. Returns the exit code. */
export async function recordRollout(
  settings: Settings,
  access: (redactor: Redactor, questions: Questions) => Promise<LabAccess>,
  verb: 'up' | 'verify' | 'undo' | 'reset',
  work: (rollout: Rollout) => Promise<Outcome>,
): Promise<number> {
  const redactor = new Redactor();
  const stop = new AbortController();
  const questions = new Questions(stop);
  const opened = await access(redactor, questions);
  const { lab, recording } = opened;
  const started = new Date().toISOString();
  const id = `${started.replaceAll(/[:.]/g, '-')}-${verb}`;
  const folder = journalFolder(recording ? 'recording' : lab.name);
  prepareHome(folder);
  const journal = new Journal(folder, id);
  const human = settings.json ? undefined : new HumanOutput(settings);
  const emit = (event: RolloutEvent): void => {
    const timed: TimedEvent = { time: new Date().toISOString(), ...redactor.value(event) };
    journal.write(timed);
    if (human) human.tell(timed);
    else process.stdout.write(`${JSON.stringify(timed)}\n`);
  };
  const releases = [stopOnSignals(settings, stop), whenReaderIsGone(() => stop.abort())];
  emit({
    event: 'rollout-started',
    rollout: id,
    lab: lab.name,
    verb,
    stages: stages.map((stage) => stage.id),
    hoplab: version,
    ...(recording && { recording: labelled(recording) }),
  });
  try {
    const { signal } = stop;
    const outcome = await work(new Rollout({ access: opened, stages, emit, signal, inOrder: settings.inOrder }));
    if (questions.left) return 130;
    return outcome.status === 'done' ? 0 : 1;
  } finally {
    for (const release of releases) release();
    human?.close();
    journal.close();
  }
}

function labelled({ recorded, hoplab, speed }: RecordingLabel) {
  return { recorded, hoplab, ...(Number.isFinite(speed) && { speed }) };
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
