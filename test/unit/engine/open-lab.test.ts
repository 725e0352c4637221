import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ORPCError } from '@orpc/server';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { stagesOf } from '../../../src-main/stages/index.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, RECORDING, until, type Client } from './example-engine.ts';

let engine: Engine;
let client: Client;
beforeEach(async () => ({ engine, client } = await exampleEngine(sampledLab, sampled)));
afterEach(() => engine.close());

const lab = RECORDING;
const stages = stagesOf(sampledLab);
const ended = (batches: readonly { events: readonly { event: string }[] }[]) =>
  batches.some(({ events }) => events.some(({ event }) => event === 'rollout-finished'));

describe('an open lab', () => {
  it('is described from its lab file', async () => {
    const described = await client.lab.open({ lab });
    expect(described.summary).toMatchObject({ kind: 'recording', recording: { date: '2026-11-24T00:00:00.000Z' } });
    expect(described.stages.map(({ id }) => id)).toEqual(stages.map(({ id }) => id));
    expect(described.stages.find(({ id }) => id === 'metallb')?.checks[0]?.machines.length).toBeGreaterThan(0);
    expect(described.stages.at(-2)?.undoneWith).toEqual(['client-resolver', 'cluster-dns']);
    expect(described.app.environments[0]?.host).toBe('url-shortener.staging.k8s.local');
  });

  it('tells where each stage stands: all at first, later what is different', async () => {
    await client.lab.open({ lab });
    const states = await until(await client.lab.watch({ lab }), (all) =>
      all.some(({ stages: some }) => some.some(({ stage, state }) => stage === 'connect' && state === 'done')),
    );
    expect(states[0]?.stages).toHaveLength(stages.length);
    expect(states.at(-1)?.connection.state).toBe('open');
  });

  it('runs a rollout whose log a late reader gets from the beginning', async () => {
    await client.lab.open({ lab });
    const { rollout } = await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    const batches = await until(await client.rollouts.watch({ lab }), ended);
    expect(new Set(batches.map((batch) => batch.rollout))).toEqual(new Set([rollout]));
    const late = await until(await client.rollouts.watch({ lab }), ended);
    expect(late.flatMap(({ events }) => events)).toEqual(batches.flatMap(({ events }) => events));
    expect(late[0]?.from).toBe(0);
    expect(late[0]?.events[0]).toMatchObject({ event: 'rollout-started', verb: 'verify' });
  });

  it('tells who reads its log the next rollout from its beginning as well', async () => {
    await client.lab.open({ lab });
    const { rollout: one } = await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    const watching = await client.rollouts.watch({ lab });
    const first = await watching.next();
    expect(first.value).toMatchObject({ rollout: one, from: 0 });
    await until(await client.lab.watch({ lab }), (all) => all.at(-1)?.rollout === null);
    const { rollout: two } = await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    const batches = await until(watching, (all) => all.at(-1)?.rollout === two);
    expect(batches.at(-1)?.from).toBe(0);
    expect(batches.some(({ rollout, events }) => rollout === one && ended([{ events }]))).toBe(true);
  });

  it('runs one command of an answer again, as it was run then', async () => {
    await client.lab.open({ lab });
    await client.rollouts.check({ lab, stage: 'control-plane', check: 'api-answers' });
    const place = { lab, stage: 'control-plane', check: 'api-answers', machine: 'k8s-master' };
    const again = await client.rollouts.rerun({ ...place, evidence: 0 });
    expect(again).toMatchObject({ machine: 'k8s-master', sudo: true });
    expect(again.command).toContain('readyz');
    await expect(client.rollouts.rerun({ ...place, evidence: 9 })).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('proves no VIP on a recording: it has no network', async () => {
    await client.lab.open({ lab });
    await expect(client.rollouts.start({ lab, verb: 'prove-vip' })).rejects.toMatchObject({
      data: { title: { en: 'A recording has no network to prove' } },
    });
  });

  it('plays a recording as fast as is asked', async () => {
    await client.lab.open({ lab, speed: 10 });
    await client.lab.setSpeed({ lab, speed: 0 });
    expect((await client.lab.open({ lab })).summary.recording?.speed).toBe(0);
  });

  it('keeps the journal of its rollouts', async () => {
    await client.lab.open({ lab });
    await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    await until(await client.rollouts.watch({ lab }), ended);
    const [journal] = await client.journals.list({ lab });
    expect(journal).toMatchObject({ verb: 'verify', status: 'failed' });
    const read = await until(await client.journals.read({ lab, rollout: journal?.rollout ?? '' }), () => false);
    expect(read.flat().at(-1)).toMatchObject({ event: 'rollout-finished' });
  });

  it('runs one rollout at a time, and stops it when told', async () => {
    await client.lab.open({ lab });
    await client.rollouts.start({ lab, verb: 'verify' });
    const second = client.rollouts.start({ lab, verb: 'verify' });
    await expect(second).rejects.toMatchObject({
      code: 'FAILED',
      data: { title: { en: expect.any(String) as string } },
    });
    await client.rollouts.cancel({ lab });
    const batches = await until(await client.rollouts.watch({ lab }), ended);
    const last = batches.flatMap(({ events }) => events).at(-1);
    expect(last).toMatchObject({ event: 'rollout-finished', status: 'cancelled' });
    await expect(client.rollouts.start({ lab, verb: 'verify' })).resolves.toBeDefined();
    await client.rollouts.cancel({ lab });
  });

  it('tells the door how a run ended, and of which kind it was', async () => {
    const told: string[] = [];
    const onRunEnd = (_lab: unknown, verb: string, { status }: { status: string }) => told.push(`${verb} ${status}`);
    const other = await exampleEngine(sampledLab, sampled, { onRunEnd });
    await other.client.lab.open({ lab });
    await other.client.rollouts.start({ lab, verb: 'undo', stage: 'metallb' });
    await other.client.rollouts.cancel({ lab });
    await other.engine.close();
    expect(told).toEqual(['undo cancelled']);
  });

  it('asks one check, and tells the answer to who watches as well', async () => {
    await client.lab.open({ lab });
    const [answer] = await client.rollouts.check({ lab, stage: 'connect', check: 'clocks-agree' });
    expect(answer?.result).toMatchObject({ check: 'clocks-agree' });
    expect(answer?.result.status).not.toBe('passed');
    const watched = await until(await client.lab.watch({ lab }), (all) => all.length > 0);
    const connect = watched[0]?.stages.find(({ stage }) => stage === 'connect');
    expect(connect?.checks).toContainEqual(answer);
    const nothing = client.rollouts.check({ lab, stage: 'connect', check: 'there-is-none' });
    await expect(nothing).rejects.toBeInstanceOf(ORPCError);
  });

  it('plans: every change with its machine, sentence and command', async () => {
    await client.lab.open({ lab });
    const plan = await client.rollouts.plan({ lab, to: 'prepare-nodes' });
    expect(plan.stages.map(({ stage }) => stage)).toEqual(['connect', 'prepare-nodes']);
    expect(plan.downloads).toBeNull(); // it has a bundle
  });

  it('tells the picture: everything at first, and evidence for each value', async () => {
    await client.lab.open({ lab });
    const pods = new Set<string>();
    const updates = await until(await client.topology.watch({ lab }), (all) => {
      for (const { id, kind } of all.at(-1)?.changed ?? []) if (kind === 'pod') pods.add(id);
      return pods.size === 4;
    });
    expect(updates[0]).toMatchObject({ reset: true, live: false });
    const [pod = ''] = pods;
    const evidence = await client.topology.evidence({ lab, source: 'cluster/pods', element: pod });
    expect(evidence.source.command).toContain('get pods -A -o json');
    expect(evidence.text).toContain(pod.split('/').at(-1));
  });

  it('ends its streams when it is closed, and is not open any more', async () => {
    await client.lab.open({ lab });
    const watching = Promise.all([
      until(await client.lab.watch({ lab }), () => false),
      until(await client.rollouts.watch({ lab }), () => false),
      until(await client.topology.watch({ lab }), () => false),
    ]);
    await client.lab.close({ lab });
    await watching;
    await expect(client.rollouts.plan({ lab })).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('lets go of a stream at once when its reader goes', async () => {
    await client.lab.open({ lab });
    const stop = new AbortController();
    const reading = until(await client.rollouts.watch({ lab }, { signal: stop.signal }), () => false);
    stop.abort();
    await reading.catch(() => undefined); // ends or rejects: it does not hang
  });

  it('gives no terminal on machines of a recording', async () => {
    await client.lab.open({ lab });
    const opening = client.terminals.open({ lab, machine: 'k8s-master', columns: 80, rows: 24 });
    await expect(opening).rejects.toMatchObject({ code: 'FAILED' });
  });
});
