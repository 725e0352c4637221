import { expect, it } from 'vitest';
import type { Fact } from '../../../src-main/facts/fact.ts';
import { sh } from '../../../src-main/machines/command.ts';
import { inSituation } from '../../../src-main/rollout/in-situation.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, TableMachine } from '../table-machine.ts';
import { sampledLab } from '../topology/sampled-lab.ts';

const fact: Fact<string> = { id: 'x', command: sh`state`, parse: ({ stdout }) => stdout };
const text = { en: 'x', ja: 'x' };

it('in a situation facts are those of its machines, and of a machine that it has not those of the present state', async () => {
  const { bundle } = await exampleBundle();
  const now = contextOf({ lab: sampledLab, bundle, replies: () => ({ stdout: 'now' }) });
  const machines = new Map([['k8s-worker1', new TableMachine('k8s-worker1', () => ({ stdout: 'broken' }))]]);
  const label = { recorded: '', hoplab: '', versions: {}, speed: 1, requests: () => [], situations: [] };
  const situation = { id: 'x', title: text, target: '', requests: [], machines };
  const { context } = inSituation(now, label, situation);
  expect(await context.read('k8s-worker1', fact)).toBe('broken');
  expect(await context.read('k8s-worker2', fact)).toBe('now');
});
