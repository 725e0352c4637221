import { expect, it } from 'vitest';
import { trace } from '../../src-main/path/trace.ts';
import { Session } from '../../src-main/rollout/session.ts';
import { noted, unfounded, type Said } from '../path-evidence/unfounded.ts';
import { pathTargets } from './path-targets.ts';
import { PlayedLab, shipped } from './play.ts';

const signal = new AbortController().signal;

it('each line that a path of the recorded lab shows as output, a machine of the real lab has printed', async () => {
  const made = Array.from({ length: (await shipped()).changes.length }, (_, number) => number);
  const lab = await PlayedLab.open({ standing: { made } });
  const session = await Session.open(lab.access, signal);
  const options = { predictOnly: true, recorded: undefined, signal };
  for (const target of pathTargets(session.context.lab)) {
    const said: Said[] = [];
    const machine = (name: string) => noted(session.context.machine(name), said);
    for await (const path of trace({ ...session.context, machine }, target, 1, options)) {
      expect(unfounded(path, said), target).toEqual([]);
      const request = path.legs.flatMap((leg) => (leg.kind === 'back' ? [] : leg.hops));
      const bare = request.filter(({ evidence }) => evidence.every(({ lines }) => lines.length === 0));
      expect(bare.map(({ sentence }) => sentence.en).filter((text) => !text.startsWith('The client learns'))).toEqual(
        [],
      );
    }
  }
  await session.close();
});
