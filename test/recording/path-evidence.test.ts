import { describe, expect, it } from 'vitest';
import { suggestedTargets } from '../../src-main/path/suggested-targets.ts';
import { trace, type TraceOptions } from '../../src-main/path/trace.ts';
import type { Path } from '../../src-main/contract/path.ts';
import { inSituation } from '../../src-main/rollout/in-situation.ts';
import { Session } from '../../src-main/rollout/session.ts';
import type { LabContext } from '../../src-main/plan/lab-context.ts';
import { noted, unfounded, type Said } from '../path-evidence/unfounded.ts';
import { PlayedLab, shipped } from './play.ts';

const signal = new AbortController().signal;
const recording = await shipped();

/** The finished lab. */
async function finished(): Promise<{ lab: PlayedLab; session: Session }> {
  const made = Array.from({ length: recording.changes.length }, (_, number) => number);
  const lab = await PlayedLab.open({ standing: { made } });
  return { lab, session: await Session.open(lab.access, signal) };
}

/** What a path shows that no machine has printed, and its hops that show nothing. */
async function strange(context: LabContext, target: string, options: Omit<TraceOptions, 'signal'>) {
  const said: Said[] = [];
  const machine = (name: string) => noted(context.machine(name), said);
  const found: string[] = [];
  const kinds = new Set<string>();
  for await (const path of trace({ ...context, machine }, target, 1, { ...options, signal })) {
    found.push(...unfounded(path, said), ...bareHops(path));
    kinds.add(path.differences === null ? 'predicted' : 'observed');
  }
  return { found, kinds: [...kinds] };
}

function bareHops({ legs }: Path): readonly string[] {
  const request = legs.flatMap((leg) => (leg.kind === 'back' ? [] : leg.hops));
  const bare = request.filter(({ evidence }) => evidence.every(({ lines }) => lines.length === 0));
  return bare.map(({ sentence }) => sentence.en).filter((text) => !text.startsWith('The client resolves'));
}

describe('each line that a path of the recorded lab shows as output, a machine of the real lab has printed', () => {
  it('of a predicted path', async () => {
    const { session } = await finished();
    for (const target of suggestedTargets(session.context.lab)) {
      const { found } = await strange(session.context, target, { predictOnly: true, recording: undefined });
      expect(found, target).toEqual([]);
    }
    await session.close();
  });

  it('of an observed path, for that very request', async () => {
    const { lab, session } = await finished();
    const { recording: played } = lab.access;
    for (const target of suggestedTargets(session.context.lab)) {
      const path = await strange(session.context, target, { predictOnly: false, recording: played });
      expect(path, target).toEqual({ found: [], kinds: ['observed'] });
    }
    await session.close();
  });

  it.each(recording.situations.map(({ id }) => id))('of the path while something was broken: %s', async (id) => {
    const { lab, session } = await finished();
    const situation = lab.access.recording.situations.find((one) => one.id === id);
    const played = inSituation(session.context, lab.access.recording, situation);
    const options = { predictOnly: false, recording: played.recording };
    const { found, kinds } = await strange(played.context, situation?.target ?? '', options);
    expect(found.filter((one) => one.includes(', but ') || one.includes('without a line'))).toEqual([]);
    expect(kinds).toEqual(['observed']);
    await session.close();
  });
});
