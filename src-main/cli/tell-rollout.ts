import type { EventOf, RolloutVerb } from '../contract/events.ts';
import { hoplabHome, journalFolder, knownHostsFile, prepareHome } from '../engine/home.ts';
import { recordRollout, rolloutId } from '../engine/record-rollout.ts';
import { machineOpener } from '../engine/open-machines.ts';
import { labAccess, shippedRecording } from '../engine/lab-access.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { LabAccess } from '../rollout/session.ts';
import { HumanOutput } from './human-output.ts';
import { QuestionLeft, Questions } from './prompt.ts';
import { whenReaderIsGone } from './reader.ts';
import type { Settings } from './settings.ts';
import { terminalPrompts } from './terminal-prompts.ts';
import { untilSignal } from './until-signal.ts';

/** Runs one rollout and tells it in the terminal, until it ends or Ctrl-C; a second Ctrl-C does not wait. Returns the exit code. */
export async function tellRollout(
  settings: Settings,
  open: (questions: Questions) => Promise<LabAccess>,
  verb: RolloutVerb,
  work: (rollout: Rollout) => Promise<EventOf<'rollout-finished'>>,
): Promise<number> {
  const { terminal } = settings;
  const stop = new AbortController();
  const questions = new Questions(stop);
  const access = await open(questions);
  const journal = journalFolder(hoplabHome(), access.recording ? 'recording' : access.lab.name);
  prepareHome(hoplabHome(), journal);
  const human = settings.json ? undefined : new HumanOutput(settings);
  const stopping = settings.language === 'ja' ? '\n中止しています…' : '\nStopping…';
  const releases = [untilSignal(stop, () => terminal.complain(stopping)), whenReaderIsGone(() => stop.abort())];
  try {
    const { status } = await recordRollout(
      {
        id: rolloutId(verb),
        access,
        verb,
        redactor: terminal.redactor,
        inOrder: settings.inOrder,
        journal,
        tell: (event) => (human ? human.tell(event) : terminal.printJson(event)),
        signal: stop.signal,
      },
      work,
    );
    if (questions.left) return 130;
    return status === 'done' ? 0 : 1;
  } finally {
    for (const release of releases) release();
    human?.close();
  }
}

/**
 * The lab that a command works on: the lab file's, asking in the terminal, or the recording. What is wrong with it is told
 * before anything is touched. @throws LabFileError, BundleError, Refused, RecordingUnusable
 */
export async function openLab(settings: Settings, questions: Questions): Promise<LabAccess> {
  const { recording, speed = 1, file, acceptNew } = settings;
  if (recording) return shippedRecording(hoplabHome(), speed);
  const knownHosts = new KnownHosts(knownHostsFile(hoplabHome()));
  const prompts = terminalPrompts(settings, questions);
  const open = machineOpener({ prompts, redactor: settings.terminal.redactor, knownHosts, acceptNew });
  const access = await labAccess(await readLabFile(file), open);
  prepareHome(hoplabHome());
  return {
    ...access,
    open: (lab, _, options) => leftInsteadOfFailed(access.open(lab, questions.signal, options), questions),
  };
}

/** A question that was left with Ctrl-C makes connections fail; what is told is the former. */
async function leftInsteadOfFailed<Opened>(opening: Promise<Opened>, questions: Questions): Promise<Opened> {
  return opening.catch((error: unknown) => {
    throw questions.left ? new QuestionLeft('client', 'A question was left with Ctrl-C.') : error;
  });
}
