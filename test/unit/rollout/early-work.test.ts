import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { FactReader } from '../../../src-main/facts/fact.ts';
import { sh } from '../../../src-main/machines/command.ts';
import type { Machine } from '../../../src-main/machines/machine.ts';
import { EarlyWork } from '../../../src-main/rollout/early-work.ts';
import { PlanRunner } from '../../../src-main/rollout/run-plan.ts';
import { metallb } from '../../../src-main/stages/metallb.ts';
import type { Stage } from '../../../src-main/stages/stage.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, TableMachine, type Reply } from '../table-machine.ts';

const lab = labOf(labText());
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const REFUSED = { stderr: 'The connection to the server 192.168.2.10:6443 was refused\n', exitCode: 1 };

/** A lab whose API server answers after so many milliseconds, or as told. */
function early(readyz: () => Reply & { readonly duration?: number }) {
  const made: string[] = [];
  const machine: Machine = new (class extends TableMachine {
    override async run(command: Parameters<Machine['run']>[0]) {
      const answer = command.includes('/readyz') ? readyz() : {};
      if (command === 'early') made.push('early');
      const { stdout = '', stderr = '', exitCode = 0, duration = 1 } = answer;
      return Promise.resolve({ stdout, stderr, exitCode, duration, at: Date.now() });
    }
  })('k8s-master', () => undefined);
  const { signal } = new AbortController();
  const context = { ...contextOf({ lab, bundle, replies: () => undefined }), machine: () => machine };
  const reached = () => undefined;
  const emit = () => undefined;
  const runner = new PlanRunner({ emit, facts: new FactReader(), machine: () => machine, signal, reached });
  const change = { machine: 'k8s-master', sentence: { en: 'Do it', ja: '行う' }, command: sh`early` };
  const stage: Stage = { ...metallb, ahead: [{ after: 'workers', decide: () => Promise.resolve(change) }] };
  return { work: new EarlyWork({ context, runner, signal }), stage, made };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe('early work', () => {
  it('begins at once where the API server is quick, or is not there yet', async () => {
    for (const answer of [{ stdout: 'ok' }, { stderr: 'sh: 1: kubectl: not found\n', exitCode: 127 }]) {
      const { work, stage, made } = early(() => answer);
      work.start('workers', [stage]);
      await work.ended();
      expect(made).toEqual(['early']);
    }
  });

  it.each([
    ['answers late', { stdout: 'ok', duration: 5_000 }],
    ['does not answer', REFUSED],
  ])('waits while the API server %s', async (_, slow) => {
    let answer: Reply & { duration?: number } = slow;
    const { work, stage, made } = early(() => answer);
    work.start('workers', [stage]);
    await seconds(60);
    expect(made).toEqual([]);
    answer = { stdout: 'ok' };
    await expect.poll(() => made, { timeout: 10_000 }).toEqual(['early']);
    await work.ended();
  });

  it('is left to its stage when its turn comes before', async () => {
    const { work, stage, made } = early(() => REFUSED);
    work.start('workers', [stage]);
    await seconds(10);
    await work.leaveTo(stage.id);
    expect(made).toEqual([]);
  });

  it('that waits for the API server does not keep a rollout that has failed from its end', async () => {
    let asked = 0;
    const { work, stage, made } = early(() => {
      asked += 1;
      return REFUSED;
    });
    work.start('workers', [stage]);
    await seconds(10);
    const ended = work.ended();
    await seconds(2);
    await ended;
    expect(made).toEqual([]);
    const before = asked;
    vi.useRealTimers();
    await sleep(4500); // two of its looks
    expect(asked).toBe(before);
  });

  it('that no stage has is not waited for', async () => {
    const { work, stage } = early(() => REFUSED);
    work.start('pod-network', [stage]);
    vi.useRealTimers();
    expect(await Promise.race([work.ended().then(() => 'ended'), sleep(1000, 'waiting')])).toBe('ended');
  });
});
