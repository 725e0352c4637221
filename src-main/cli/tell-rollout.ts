import type { EventOf, RolloutVerb } from '../contract/events.ts';
import { hoplabHome, journalFolder, knownHostsFile } from '../engine/home.ts';
import { recordRollout, rolloutId } from '../engine/record-rollout.ts';
import { labAccess, shippedRecording } from '../engine/lab-access.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { Redactor } from '../rollout/redactor.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { LabAccess } from '../rollout/session.ts';
import { HumanOutput } from './human-output.ts';
import type { Settings } from './settings.ts';
import { terminalPrompts } from './terminal-prompts.ts';
import { untilSignal } from './until-signal.ts';

/** Runs one rollout and tells it in the terminal, until it ends or Ctrl-C; a second Ctrl-C does not wait. Returns the exit code. */
export async function tellRollout(
  settings: Settings,
  open: (redactor: Redactor) => Promise<LabAccess>,
  verb: RolloutVerb,
  work: (rollout: Rollout) => Promise<EventOf<'rollout-finished'>>,
): Promise<number> {
  const redactor = new Redactor();
  const access = await open(redactor);
  const human = settings.json ? undefined : new HumanOutput(settings);
  const stopping = settings.language === 'ja' ? '\n中止しています…\n' : '\nStopping…\n';
  const cancel = untilSignal(() => void process.stderr.write(stopping));
  try {
    const { status } = await recordRollout(
      {
        id: rolloutId(verb),
        access,
        verb,
        redactor,
        inOrder: settings.inOrder,
        journal: journalFolder(hoplabHome(), access.recording ? 'recording' : access.lab.name),
        tell: (event) => (human ? human.tell(event) : void process.stdout.write(`${JSON.stringify(event)}\n`)),
        signal: cancel.signal,
      },
      work,
    );
    return status === 'done' ? 0 : 1;
  } finally {
    cancel.release();
    human?.close();
  }
}

/**
 * The lab that a command works on: the lab file's, asking in the terminal, or the recording. What is wrong with it is told
 * before anything is touched. @throws LabFileError, BundleError, RecordingUnusable
 */
export async function openLab(settings: Settings, redactor: Redactor): Promise<LabAccess> {
  const { recording, speed = 1, file, acceptNew } = settings;
  if (recording) return shippedRecording(hoplabHome(), speed);
  const knownHosts = new KnownHosts(knownHostsFile(hoplabHome()));
  return labAccess(await readLabFile(file), { prompts: terminalPrompts(settings), redactor, knownHosts, acceptNew });
}
