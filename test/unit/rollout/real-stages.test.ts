import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kubeadmState } from '../../../src-main/facts/kubeadm-state.ts';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { eventSchema, type EventOf, type RolloutEvent } from '../../../src-main/contract/events.ts';
import { Rollout } from '../../../src-main/rollout/rollout.ts';
import { stages } from '../../../src-main/stages/index.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { bare, kubeadmFiles } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { EXAMPLE_IMAGES } from '../write-example-bundle.ts';
import { TableMachine, type Replies } from '../table-machine.ts';

const lab = labOf(labText());
let bundle: Bundle;
let events: RolloutEvent[];
beforeAll(async () => {
  ({ bundle } = await exampleBundle());
});
beforeEach(() => void (events = []));

/** The whole story over machines that answer out of a table; `without` leaves stages out. */
function rollout(replies: Replies, without: readonly string[] = []): Rollout {
  const all: Replies = (command, name) => {
    if (command === 'uname -s') return { stdout: 'Linux\n' };
    if (command === 'ip -j addr') return { stdout: '[]' };
    return replies(command, name) ?? bare(command);
  };
  return new Rollout({
    access: {
      lab,
      bundle,
      open: async () =>
        new Map([...lab.nodes.map(({ name }) => name), 'client'].map((name) => [name, new TableMachine(name, all)])),
    },
    stages: stages.filter(({ id }) => !without.includes(id)),
    emit: (event) => events.push(eventSchema.parse(event)),
    signal: new AbortController().signal,
  });
}

function of<Name extends RolloutEvent['event']>(name: Name): EventOf<Name>[] {
  return events.filter((event): event is EventOf<Name> => event.event === name);
}

describe('a machine of a cluster that Hoplab did not make', () => {
  const foreign: Replies = (command, name) =>
    command === kubeadmState.command && name === 'k8s-worker2'
      ? kubeadmFiles(['/etc/kubernetes/kubelet.conf'])
      : undefined;

  it('is found by preflight', async () => {
    expect(await rollout(foreign).up('client-resolver')).toMatchObject({ status: 'failed', changes: 0 });
    const failed = of('check-finished').filter(({ check }) => check === 'nodes-are-ours');
    expect(failed.map(({ machine, status }) => `${machine} ${status}`)).toEqual([
      'k8s-master passed',
      'k8s-worker1 passed',
      'k8s-worker2 failed',
    ]);
    expect(of('change-started')).toEqual([]);
  });

  it('keeps every machine from being changed, in the whole rollout', async () => {
    const outcome = await rollout(foreign, ['connect']).up('client-resolver');
    expect(outcome).toMatchObject({ status: 'failed', changes: 0, explanation: { machine: 'k8s-worker2' } });
    expect(of('change-started')).toEqual([]);
  });
});

describe('an API server that does not answer for a while', () => {
  const REFUSED =
    'The connection to the server 192.168.2.10:6443 was refused - did you specify the right host or port?\n';
  const OTHERS = stages.map(({ id }) => id).filter((id) => id !== 'workers');

  /** A cluster whose API server answers again once somebody has waited for it. */
  function rebooted(): Replies {
    let answers = false;
    const items = labOf(labText()).nodes.map(({ name }) => ({
      metadata: { name },
      spec: {},
      status: { nodeInfo: { kubeletVersion: 'v1.37.1' } },
    }));
    return (command, name) => {
      if (command === kubeadmState.command) {
        const own = name === 'k8s-master' ? ['/etc/kubernetes/admin.conf'] : [];
        return kubeadmFiles([...own, '/etc/kubernetes/kubelet.conf', '/var/lib/hoplab/kubeadm-done']);
      }
      if (command === 'ctr -n k8s.io images ls') {
        const listed = EXAMPLE_IMAGES.map((image) => `${image} x io.cri-containerd.image=managed\n`);
        return { stdout: `REF TYPE LABELS\n${listed.join('')}` };
      }
      if (!command.startsWith('kubectl')) return command.includes('kubeadm reset') ? {} : undefined;
      if (command.includes('/readyz')) answers = true;
      if (!answers) return { stderr: REFUSED, exitCode: 1 };
      if (command.endsWith('get nodes -o json')) return { stdout: JSON.stringify({ items }) };
      const known = labOf(labText()).nodes.map(({ name: node, address }) => `${node} ${address}\n`);
      return { stdout: command.includes('jsonpath') ? known.join('') : 'ok' };
    };
  }

  it('is waited for: workers that have joined are not taken for strangers', async () => {
    const outcome = await rollout(rebooted(), OTHERS).up('workers');
    expect(of('change-started').map(({ sentence }) => sentence.en)).toEqual([]);
    expect(of('waiting').map(({ machine }) => machine)).toEqual(['k8s-master']);
    expect(outcome).toMatchObject({ status: 'done', changes: 0 });
  });

  it('is waited for when they are taken out: they are taken off its list as well', async () => {
    const outcome = await rollout(rebooted(), OTHERS).undo('workers');
    expect(outcome).toMatchObject({ status: 'done', changes: 4 });
    expect(of('change-started').map(({ sentence }) => sentence.en)).toContain(
      "Remove k8s-worker1 from the cluster's nodes",
    );
  });

  it('is not waited for when the whole cluster goes', async () => {
    const without = OTHERS.filter((id) => id !== 'control-plane');
    const outcome = await rollout(rebooted(), without).undo('control-plane');
    expect(outcome).toMatchObject({ status: 'done', changes: 3 });
    expect(of('waiting')).toEqual([]);
  });

  it('holds no address, as far as preflight can tell: the files on the nodes say that there is a cluster', async () => {
    await rollout(rebooted(), OTHERS.slice(1)).verify(stages.slice(0, 1));
    const told = of('check-finished').filter(({ check }) => /^(?:addresses-are-free|vxlan-passes)$/.test(check));
    expect(told.map(({ status }) => status)).toEqual(['not-applicable', 'not-applicable']);
  });
});
