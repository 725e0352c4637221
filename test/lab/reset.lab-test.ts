import { expect, test } from 'vitest';
import { expectResetToBareNodes, LEFT_OF_IPVS, ofLabOnClient } from './bare-nodes.ts';
import { finishedLab } from './finished-lab.ts';
import { hasGateway } from './gateway-images.ts';
import { exec, hoplab, info, writeLabFile } from './lab.ts';
import { failures, rollOut } from './roll-out.ts';
import { ALL, onlyWithAll } from './with-all.ts';

onlyWithAll('a reset of a lab whose CA the client trusts, and whose lab file does not ask for it any more');

test('whatever stage a lab is at, reset leaves bare nodes: nothing of Kubernetes runs or lies there', async () => {
  const hasCluster = (await info()).up && (await hoplab(['verify', 'control-plane'])).exitCode === 0;
  if (!hasCluster) await finishedLab();
  expect((await exec('w1', LEFT_OF_IPVS)).exitCode).toBe(0);
  await expectResetToBareNodes();
  expect((await hoplab(['verify', 'control-plane'])).exitCode).toBe(1);
});

test.skipIf(!ALL || !hasGateway)('reset has the client trust no CA that an earlier lab file asked for', async () => {
  await finishedLab();
  await writeLabFile({ user: 'lab', set: { optional: { tls: { trustOnClient: true } } } });
  expect(failures(await rollOut(['up']))).toBe('');
  expect(await ofLabOnClient()).toContain('/usr/local/share/ca-certificates/hoplab-');
  await writeLabFile({ user: 'lab' });
  await expectResetToBareNodes();
});
