import type { EventOf, RolloutVerb } from '../contract/events.ts';
import { hoplabHome, journalFolder, knownHostsFile } from '../engine/home.ts';
import { machineOpener } from '../engine/open-machines.ts';
import { recordRollout, rolloutId } from '../engine/record-rollout.ts';
import type { Lab } from '../lab/lab.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { Redactor } from '../rollout/redactor.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { OpenMachines } from '../rollout/session.ts';
import { HumanOutput } from './human-output.ts';
import type { Settings } from './settings.ts';
import { terminalPrompts } from './terminal-prompts.ts';
import { untilSignal } from './until-signal.ts';

/** Runs one rollout and tells it in the terminal, until it ends or Ctrl-C; a second Ctrl-C does not wait. Returns the exit code. */
export async function tellRollout(
  settings: Settings,
  lab: Lab,
  verb: RolloutVerb,
  work: (rollout: Rollout) => Promise<EventOf<'rollout-finished'>>,
): Promise<number> {
  const redactor = new Redactor();
  const human = settings.json ? undefined : new HumanOutput(settings);
  const stopping = settings.language === 'ja' ? '\n中止しています…\n' : '\nStopping…\n';
  const cancel = untilSignal(() => void process.stderr.write(stopping));
  try {
    const { status } = await recordRollout(
      {
        id: rolloutId(verb),
        lab,
        verb,
        redactor,
        open: opener(settings, redactor),
        journal: journalFolder(hoplabHome(), lab.name),
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

/** Opens machines, asking in the terminal. */
export function opener(settings: Settings, redactor: Redactor): OpenMachines {
  const knownHosts = new KnownHosts(knownHostsFile(hoplabHome()));
  return machineOpener({ prompts: terminalPrompts(settings), redactor, knownHosts, acceptNew: settings.acceptNew });
}
