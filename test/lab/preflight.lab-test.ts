import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { UP } from './gateway-images.ts';
import { bare, block, exec, unblock, writeLabFile } from './lab.ts';
import { failedChecks, finished, rollOut } from './roll-out.ts';
import { expectNoSecrets, givenPasswords } from './secrets.ts';

/** On bare nodes, as the user who has most to do with passwords: his sudo asks for one. Nothing is changed. */
describe('preflight', () => {
  beforeAll(async () => {
    await bare();
    await writeLabFile({ user: 'labpw' });
    for (const [name, value] of Object.entries(await givenPasswords())) vi.stubEnv(name, value);
  });
  afterAll(() => void vi.unstubAllEnvs());

  test('finds UDP 8472 blocked between the nodes, and stops before anything is changed', async () => {
    await block('w1', 'udp/8472');
    const result = await rollOut(UP);
    await unblock();
    expect(result.exitCode).toBe(1);
    expect(finished(result)).toMatchObject({ status: 'failed', changes: 0 });
    expect(failedChecks(result)).toMatchObject([{ check: 'vxlan-passes' }]);
  });

  test('finds that somebody has the VIP', async () => {
    await exec('w2', 'ip addr add 192.168.2.200/32 dev eth0');
    const result = await rollOut(['up', '--to', 'connect']);
    await exec('w2', 'ip addr del 192.168.2.200/32 dev eth0');
    expect(result.exitCode).toBe(1);
    expect(failedChecks(result)).toMatchObject([{ check: 'addresses-are-free' }]);
  });

  test('finds a port that is taken', async () => {
    await exec('cp', 'setsid socat TCP-LISTEN:6443,fork,reuseaddr /dev/null > /dev/null 2>&1 & sleep 0.3');
    const result = await rollOut(['up', '--to', 'connect']);
    await exec('cp', 'pkill -x socat');
    expect(failedChecks(result)).toMatchObject([
      { check: 'ports-are-free', machine: 'k8s-master', actual: { en: '6443 (socat)' } },
    ]);
  });

  test('finds twins: a cloned machine-id', async () => {
    await exec('w1', 'cp /etc/machine-id /root/own-id');
    const { stdout } = await exec('w2', 'cat /etc/machine-id');
    await exec('w1', `echo ${stdout.trim()} > /etc/machine-id`);
    const result = await rollOut(['up', '--to', 'connect']);
    await exec('w1', 'cat /root/own-id > /etc/machine-id');
    expect(failedChecks(result)).toMatchObject([{ check: 'machines-are-distinct' }]);
  });

  test('leaves no secret in its journals', async () => {
    await expectNoSecrets({ journals: 4 });
  });
});
