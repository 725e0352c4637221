import type { RolloutVerb } from '../contract/events.ts';
import { hoplabHome } from '../engine/home.ts';
import { prepareHome } from '../engine/prepare-home.ts';
import type { OpenLab } from '../engine/open-lab.ts';
import type { AskedRemoval } from '../engine/remove-node.ts';
import { HumanOutput } from './human-output.ts';
import { whenReaderIsGone } from './reader.ts';
import type { Settings } from './command-settings.ts';
import { untilSignal } from './until-signal.ts';

export interface Asked {
  readonly lab: OpenLab;
  /** Aborted at Ctrl-C. */
  readonly stop: AbortController;
  readonly verb: RolloutVerb;
  /** Default all that there are. */
  readonly stage?: string | undefined;
  /** Name of a snapshot of VMs. */
  readonly snapshot?: string | undefined;
  readonly removed?: AskedRemoval;
}

/** Runs one rollout and tells it in the terminal, until it ends or Ctrl-C; a second Ctrl-C does not wait. Returns the exit code. */
export async function tellRollout(settings: Settings, { lab, stop, ...asked }: Asked): Promise<number> {
  const { terminal, json, language, inOrder } = settings;
  prepareHome(hoplabHome(), lab.parts.journal);
  const human = json ? undefined : new HumanOutput(settings);
  const stopping = language === 'ja' ? '\n中止しています…' : '\nStopping…';
  const releases = [untilSignal(stop, () => terminal.complain(stopping)), whenReaderIsGone(() => stop.abort())];
  stop.signal.addEventListener('abort', () => void lab.cancel());
  try {
    const run = lab.start({ ...asked, inOrder });
    for await (const { events } of run.log.follow(undefined)) {
      for (const event of events) {
        if (human) human.tell(event);
        else terminal.printJson(event);
      }
    }
    return (await run.ended).status === 'done' ? 0 : 1;
  } finally {
    for (const release of releases) release();
    human?.close();
  }
}
