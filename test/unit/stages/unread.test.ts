import { beforeAll, describe, expect, it } from 'vitest';
import { kubeadmState } from '../../../src-main/facts/kubeadm-state.ts';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { CommandTimedOut } from '../../../src-main/machines/errors.ts';
import { stages } from '../../../src-main/stages/index.ts';
import { changesOf, type Change } from '../../../src-main/plan/plan.ts';
import { EVERY_STAGE, labOf, labText } from '../../lab-file/example.ts';
import { kubeadmFiles } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies, type Reply } from '../table-machine.ts';
import { ExampleCluster } from './example-cluster.ts';

const lab = labOf(labText({ 9: EVERY_STAGE }));
const IMAGES = ['registry.k8s.io/pause:3.10.2', 'example.com/control-plane:v1', 'example.com/worker:v1'];
const HOSTS = '127.0.0.1 localhost\n';
let bundle: Bundle;
let finished: Replies;

beforeAll(async () => {
  ({ bundle } = await exampleBundle());
  const cluster = new ExampleCluster();
  const items = lab.nodes.map(({ name }) => ({
    metadata: { name },
    spec: {},
    status: { nodeInfo: { kubeletVersion: 'v1.37.1' } },
  }));
  finished = (command, name) => {
    if (command === kubeadmState.command) {
      const own = name === lab.nodes[0]?.name ? ['/etc/kubernetes/admin.conf'] : [];
      return kubeadmFiles([...own, '/etc/kubernetes/kubelet.conf', '/var/lib/hoplab/kubeadm-done']);
    }
    if (command === 'ctr -n k8s.io images ls') {
      const listed = IMAGES.map((image) => `${image} x io.cri-containerd.image=managed\n`);
      return { stdout: `REF TYPE LABELS\n${listed.join('')}` };
    }
    if (command === 'cat /etc/hosts') return { stdout: HOSTS };
    if (command.endsWith('get nodes -o json')) return { stdout: JSON.stringify({ items }) };
    return cluster.reply(command);
  };
  for (const stage of stages) {
    for (const change of changesOf(await stage.decide(contextOf({ lab, bundle, replies: finished }))))
      await cluster.make(change);
  }
});

/** What takes something away that cannot be got back, or makes a cluster anew; a part of an upload of ours is nothing. */
const HARMFUL =
  /kubeadm (?:reset|init|join|token)|kubectl .*\bdelete\b|rm -rf (?!\/var\/lib\/hoplab\/[\w-]+\.hoplab-part[\s;])|patch configmap coredns|secretkey/;

function isHarmful({ command, input }: Change): boolean {
  const { content = '' } = typeof input === 'object' ? input : {};
  const text = typeof content === 'string' ? content : '';
  const hostsLost = command.includes('/etc/hosts') && !text.includes(HOSTS);
  return HARMFUL.test(`${command} ${text}`) || hostsLost;
}

/** Every question that the stages ask of a finished cluster. */
async function questions(): Promise<readonly string[]> {
  const asked = new Set<string>();
  const replies: Replies = (command, name) => {
    asked.add(command);
    return finished(command, name);
  };
  for (const stage of stages) await stage.decide(contextOf({ lab, bundle, replies }));
  return [...asked];
}

const failures: Readonly<Record<string, () => Reply>> = {
  'a program that is not found': () => ({ stderr: 'sh: 1: kubectl: not found\n', exitCode: 127 }),
  'a permission that is missing': () => ({ stderr: 'sh: 1: x: Permission denied\n', exitCode: 126 }),
  'a file that may not be read': () => ({ stderr: 'cat: /x: Permission denied\n', exitCode: 1 }),
  'nothing printed': () => ({}),
  'a killed process': () => ({ exitCode: 137 }),
  'no end in time': () => {
    throw new CommandTimedOut('a machine', 'no end in time');
  },
};

describe('on a finished cluster, one question answered by', () => {
  it.each(Object.entries(failures))('%s makes no stage take anything away', async (_, failure) => {
    const asked = await questions();
    expect(asked.length).toBeGreaterThan(10);
    for (const question of asked) {
      if (question.startsWith('cat ') && failure === failures['nothing printed']) continue; // so it tells an empty file
      const replies: Replies = (command, name) => (command === question ? failure() : finished(command, name));
      for (const stage of stages) {
        const plan = await stage.decide(contextOf({ lab, bundle, replies })).catch(() => []);
        const harmful = changesOf(plan).filter(isHarmful);
        expect([question, stage.id, harmful.map(({ sentence }) => sentence.en)]).toEqual([question, stage.id, []]);
      }
    }
  });

  it('none of them leaves nothing to be done, when all are answered', async () => {
    for (const stage of stages) {
      const plan = await stage.decide(contextOf({ lab, bundle, replies: finished }));
      expect(changesOf(plan).filter(isHarmful)).toEqual([]);
    }
  });
});
