import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../src-main/contract/events.ts';
import { labIdSchema } from '../../src-main/contract/labs.ts';
import type { TopologyElement } from '../../src-main/contract/topology.ts';
import { Engine } from '../../src-main/engine/engine.ts';
import { router } from '../../src-main/engine/procedures/router.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { until, type Client } from '../unit/engine/example-engine.ts';
import { shipped, stages } from './play.ts';

const lab = labIdSchema.parse('recording');
const { questions } = await shipped();
/** Whether the recording was made by an engine that draws the picture. */
const hasPicture = questions.some(({ command }) => command === 'ip -j -d link');

let engine: Engine;
let client: Client;
beforeEach(async () => {
  engine = new Engine({ home: await tempFolder(), door: 'desktop' });
  client = createRouterClient(router, { context: { engine } });
  await client.lab.open({ lab, speed: 0 });
});
afterEach(() => engine.close());

/** Rolls out, and returns every event. */
async function run(verb: 'up' | 'undo' | 'verify', stage?: string): Promise<readonly TimedEvent[]> {
  const { rollout } = await client.rollouts.start({ lab, verb, ...(stage !== undefined && { stage }) });
  const batches = await until(await client.rollouts.watch({ lab }), (all) => {
    const last = all.at(-1);
    return last?.rollout === rollout && last.events.at(-1)?.event === 'rollout-finished';
  });
  return batches.flatMap(({ events }) => events);
}

async function states(settled: (states: ReadonlyMap<string, string>) => boolean): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  await until(await client.lab.watch({ lab }), (all) => {
    for (const { stage, state } of all.at(-1)?.stages ?? []) known.set(stage, state);
    return settled(known);
  });
  return known;
}

async function picture(holds: (elements: readonly TopologyElement[]) => boolean): Promise<readonly TopologyElement[]> {
  const known = new Map<string, TopologyElement>();
  await until(await client.topology.watch({ lab }), (all) => {
    for (const id of all.at(-1)?.removed ?? []) known.delete(id);
    for (const element of all.at(-1)?.changed ?? []) known.set(element.id, element);
    return holds([...known.values()]);
  });
  return [...known.values()];
}

describe('the window on the recording', () => {
  it('goes from bare machines to all checks passed, and back by a stage', async () => {
    const [first] = await client.labs.list();
    expect(first).toMatchObject({ id: 'recording', kind: 'recording', file: null, problems: [] });
    const bare = await states((known) => known.get('gateway') === 'changes-needed');
    expect(bare.get('prepare-nodes')).toBe('changes-needed');
    expect((await run('up')).at(-1)).toMatchObject({ status: 'done', checks: { failed: 0 } });
    await states((known) => stages.every(({ id }) => known.get(id) === 'done'));
    expect((await run('undo', 'gateway')).at(-1)).toMatchObject({ status: 'done' });
    const undone = await states((known) => known.get('gateway') === 'changes-needed');
    expect(undone.get('metallb')).toBe('done');
  }, 60_000);

  it('plans the whole installation before anything is done', async () => {
    const { stages: plan, downloads } = await client.rollouts.plan({ lab });
    expect(downloads).toBeNull();
    expect(plan.flatMap(({ changes }) => changes).length).toBeGreaterThan(50);
    expect(plan.filter(({ failure }) => failure !== null)).toEqual([]);
  });

  it.skipIf(!hasPicture)(
    'draws what each stage brings',
    async () => {
      const nothing = await picture((all) => all.some((one) => one.kind === 'node' && one.registered === false));
      expect(nothing.some(({ kind }) => kind === 'pod')).toBe(false);
      await run('up', 'pod-network');
      await picture((all) => all.filter(({ kind }) => kind === 'tunnel').length === 6);
      await run('up');
      const all = await picture((some) => some.some((one) => one.kind === 'vip' && one.owner !== null));
      expect(all.some((one) => one.kind === 'route' && one.accepted === true)).toBe(true);
      expect(all.some((one) => one.kind === 'zone' && one.served === true)).toBe(true);
    },
    60_000,
  );
});
