import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { kubeadmState } from '../../src-main/facts/kubeadm-state.ts';
import { LEFT_OF_IPVS } from './bare-nodes.ts';
import { finishedLab } from './finished-lab.ts';
import { UP } from './gateway-images.ts';
import { client, exec, hoplab, writeLabFile } from './lab.ts';
import { failures, finished, rollOut } from './roll-out.ts';
import { ALL, onlyWithAll } from './with-all.ts';

const NODE = 'k8s-worker2';
const ADDRESS = '192.168.2.12';
const PLAN = ['plan', ...UP.slice(1), '--json'];

const kubectl = async (args: string) => {
  const { exitCode, stdout, stderr } = await exec('cp', `kubectl --kubeconfig=/etc/kubernetes/admin.conf ${args}`);
  if (exitCode !== 0) throw new Error(`kubectl ${args}: ${stderr}`);
  return stdout.trim();
};
const changes = async () => {
  const { stdout } = await hoplab(PLAN);
  return stdout.split('\n').filter((line) => line.includes('"command"'));
};

onlyWithAll('a worker that is removed and added, 2 minutes');

describe.skipIf(!ALL)('a worker leaves a finished lab and comes back', () => {
  let file = '';
  beforeAll(async () => {
    await finishedLab();
    file = await writeLabFile({ user: 'lab' });
  });

  test('a pod that nothing would start elsewhere is named, and nothing is changed', async () => {
    const image = await kubectl('-n staging get pods -o jsonpath={.items[0].spec.containers[0].image}');
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone' } };
    const spec = { nodeName: NODE, containers: [{ name: 'app', image, args: ['pause'] }] };
    const made = await exec(
      'cp',
      `echo '${JSON.stringify({ ...pod, spec })}' | kubectl --kubeconfig=/etc/kubernetes/admin.conf apply -f -`,
    );
    expect(made.stdout + made.stderr).toContain('created');
    await kubectl('wait --for=condition=Ready pod/alone --timeout=60s');
    expect(await kubectl('get pod alone -o jsonpath={.status.phase}')).toBe('Running');
    const refused = await rollOut(['node', 'remove', NODE, '--yes']);
    expect(finished(refused)).toMatchObject({ status: 'failed', changes: 0 });
    expect(failures(refused)).toContain('default/alone');
    expect(await kubectl(`get node ${NODE} -o jsonpath={.spec.unschedulable}`)).toBe('');
    await kubectl('delete pod alone --now');
  });

  test('it has settings of ipvs, which the lab file asks for no more', async () => {
    expect((await exec('w2', LEFT_OF_IPVS)).exitCode).toBe(0);
  });

  /** As one that was being started when `kubeadm reset` looked for containers: it is not among the kubelet's. */
  test('a container that kubeadm does not know of runs there', async () => {
    const ctr = 'ctr -n k8s.io';
    const ran = await exec(
      'w2',
      `${ctr} run --detach $(${ctr} images ls -q name~=agnhost | head -n 1) left /agnhost pause && ${ctr} task ls`,
    );
    expect(ran.stdout, ran.stderr).toMatch(/left\s+\d+\s+RUNNING/);
  });

  test('removed: its pods run elsewhere, the machine is bare, and nothing is left to change', async () => {
    const removed = await rollOut(['node', 'remove', NODE, '--yes']);
    expect(failures(removed)).toBe('');
    expect(finished(removed)).toMatchObject({ status: 'done', checks: { failed: 0 } });
    expect(await kubectl('get nodes -o name')).not.toContain(NODE);
    expect(await kubectl(`get pods -A --field-selector spec.nodeName=${NODE} -o name`)).toBe('');
    expect(readFileSync(file, 'utf8')).not.toContain(NODE);
    expect(
      (
        await exec(
          'w2',
          'pgrep -l -x "kubelet|containerd"; pgrep -lx agnhost; ls -d /etc/kubernetes /var/lib/kubelet /run/containerd /etc/modules-load.d/hoplab-ipvs.conf; grep Hoplab /etc/hosts; true',
        )
      ).stdout,
    ).toBe('');
    expect((await exec('w2', kubeadmState.command)).stdout).not.toMatch(/^\+/m);
    expect(await changes()).toEqual([]);
    expect((await client('curl -s -m 5 http://192.168.2.200/hostname')).exitCode).toBe(0);
  });

  test('who is not there, and the control plane, are refused', async () => {
    expect((await hoplab(['node', 'remove', NODE, '--yes'])).exitCode).toBe(2);
    expect((await hoplab(['node', 'remove', 'k8s-master', '--yes'])).exitCode).toBe(2);
  });

  test('added again: it is joined, and nothing is left to change', async () => {
    expect((await hoplab(['node', 'add', `${NODE}=${ADDRESS}`, '--no-up'])).exitCode).toBe(0);
    expect(failures(await rollOut(UP))).toBe('');
    expect(await kubectl(`get node ${NODE} -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}'`)).toBe(
      'True',
    );
    expect(await changes()).toEqual([]);
    expect(failures(await rollOut(['verify', 'pod-network']))).toBe('');
  });
});
