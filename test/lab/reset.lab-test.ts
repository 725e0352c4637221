import { expect, test } from 'vitest';
import { expectResetToBareNodes } from './bare-nodes.ts';
import { finishedLab } from './finished-lab.ts';
import { hoplab, info } from './lab.ts';

test('whatever stage a lab is at, reset leaves bare nodes: nothing of Kubernetes runs or lies there', async () => {
  const hasCluster = (await info()).up && (await hoplab(['verify', 'control-plane'])).exitCode === 0;
  if (!hasCluster) await finishedLab();
  await expectResetToBareNodes();
  expect((await hoplab(['verify', 'control-plane'])).exitCode).toBe(1);
});
