import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { system } from '../../../src-main/facts/system.ts';
import { kubeadmState, MADE_BY_HOPLAB, UNFINISHED } from '../../../src-main/facts/kubeadm-state.ts';
import type { Lab } from '../../../src-main/lab/lab.ts';
import { sha256Of } from '../../../src-main/machines/upload.ts';
import { controlPlaneStage } from '../../../src-main/stages/control-plane.ts';
import { changesOf, type Change } from '../../../src-main/plan/plan.ts';
import { containerdConfig, containerdUnit } from '../../../src-main/stages/node-files.ts';
import { prepareNodes } from '../../../src-main/stages/prepare-nodes.ts';
import { StageRefused } from '../../../src-main/stages/stage-refused.ts';
import type { Stage } from '../../../src-main/stages/stage.ts';
import { workers } from '../../../src-main/stages/workers.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { bare, kubeadmFiles } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { EXAMPLE_IMAGES } from '../write-example-bundle.ts';
import { contextOf, type Replies } from '../table-machine.ts';

const lab = labOf(labText());
const alone = labOf(labText({ 4: '', 5: '' }));
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

async function decided(stage: Stage, replies: Replies, of: Lab = lab): Promise<readonly Change[]> {
  const context = contextOf({ lab: of, bundle, replies: (command, name) => replies(command, name) ?? bare(command) });
  return changesOf(await stage.decide(context));
}

const english = (changes: readonly Change[]) => changes.map(({ sentence }) => sentence.en);

/** What kubeadm's files say on each machine. */
const kubeadm =
  (found: Readonly<Record<string, readonly string[]>>): Replies =>
  (command, name) =>
    command === kubeadmState.command ? kubeadmFiles(found[name] ?? []) : undefined;

function nodeList(names: readonly string[], taints: readonly string[] = []): Replies {
  const items = names.map((name) => ({
    metadata: { name },
    spec: { taints: taints.map((key) => ({ key, effect: 'NoSchedule' })) },
    status: { nodeInfo: { kubeletVersion: 'v1.37.1' } },
  }));
  return (command) => (command.endsWith('get nodes -o json') ? { stdout: JSON.stringify({ items }) } : undefined);
}

const either =
  (...all: readonly Replies[]): Replies =>
  (command, name) =>
    all.map((replies) => replies(command, name)).find((reply) => reply !== undefined);

const ADMIN = '/etc/kubernetes/admin.conf';
const KUBELET = '/etc/kubernetes/kubelet.conf';
const IMPORTED: Replies = (command) =>
  command === 'ctr -n k8s.io images ls'
    ? {
        stdout: `REF TYPE DIGEST LABELS\n${EXAMPLE_IMAGES.map((image) => `${image} type digest io.cri-containerd.image=managed\n`).join('')}`,
      }
    : undefined;

describe('control-plane', () => {
  const TAINT = 'node-role.kubernetes.io/control-plane';

  it('is started where there is none', async () => {
    expect(english(await decided(controlPlaneStage, () => undefined))).toEqual([
      'Import the control-plane images into containerd on k8s-master',
      'Start the control plane on k8s-master (kubeadm init)',
    ]);
  });

  it('is cleaned up and started again where kubeadm was cut off', async () => {
    const found = kubeadm({ 'k8s-master': [ADMIN, KUBELET, UNFINISHED] });
    const sentences = english(await decided(controlPlaneStage, either(found, IMPORTED)));
    expect(sentences[0]).toBe('Clean up what an unfinished kubeadm left on k8s-master');
    expect(sentences.at(-1)).toBe('Start the control plane on k8s-master (kubeadm init)');
  });

  it('is left alone where it is finished', async () => {
    const replies = either(
      kubeadm({ 'k8s-master': [ADMIN, MADE_BY_HOPLAB] }),
      IMPORTED,
      nodeList(['k8s-master'], [TAINT]),
    );
    expect(await decided(controlPlaneStage, replies)).toEqual([]);
  });

  it.each([['/var/lib/etcd/member'], ['/etc/kubernetes/manifests/kube-apiserver.yaml'], [ADMIN], [KUBELET]])(
    'is refused, and not taken back either, where %s is not of Hoplab',
    async (path) => {
      const replies = either(kubeadm({ 'k8s-master': [path] }), bare);
      for (const verb of ['decide', 'undo'] as const) {
        const plan = controlPlaneStage[verb](contextOf({ lab, bundle, replies }));
        const refusal: unknown = await plan.catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(StageRefused);
        expect(refusal).toMatchObject({ machine: 'k8s-master' });
      }
    },
  );

  it('runs pods when it is alone, and keeps them off when it is not', async () => {
    const found = either(kubeadm({ 'k8s-master': [ADMIN, MADE_BY_HOPLAB] }), IMPORTED);
    const taken = either(found, nodeList(['k8s-master'], [TAINT]));
    const free = either(found, nodeList(['k8s-master']));
    expect(english(await decided(controlPlaneStage, taken, alone))).toEqual([
      'Allow ordinary pods and load balancer traffic on k8s-master',
    ]);
    expect(english(await decided(controlPlaneStage, free, alone))).toEqual([]);
    expect(english(await decided(controlPlaneStage, free))).toEqual(['Keep ordinary pods off k8s-master']);
  });
});

describe('workers', () => {
  it('join with a token that stands in standard input only', async () => {
    const changes = await decided(workers, IMPORTED);
    expect(english(changes)).toEqual([
      'Create a token, valid for 30 minutes, with which workers join',
      'Join k8s-worker1 to the cluster (kubeadm join)',
      'Join k8s-worker2 to the cluster (kubeadm join)',
    ]);
    const content = (changes[0]?.input as { content: string }).content;
    expect(content).toMatch(/"token": "[a-z0-9]{6}\.[a-z0-9]{16}"/);
  });

  it('that have joined are left alone, and need no token', async () => {
    const joined = kubeadm({ 'k8s-worker1': [KUBELET, MADE_BY_HOPLAB], 'k8s-worker2': [KUBELET, MADE_BY_HOPLAB] });
    const nodes = nodeList(['k8s-master', 'k8s-worker1', 'k8s-worker2']);
    expect(await decided(workers, either(joined, nodes, IMPORTED))).toEqual([]);
  });

  it('that the API server does not know are cleaned up and join again, the others are not touched', async () => {
    const joined = kubeadm({ 'k8s-worker1': [KUBELET, MADE_BY_HOPLAB], 'k8s-worker2': [KUBELET, MADE_BY_HOPLAB] });
    const changes = await decided(workers, either(joined, nodeList(['k8s-master', 'k8s-worker1']), IMPORTED));
    expect(changes.map(({ machine }) => machine)).toEqual(['k8s-master', 'k8s-worker2', 'k8s-worker2']);
    expect(english(changes)[1]).toBe('Clean up what an unfinished kubeadm left on k8s-worker2');
  });

  it('of another cluster are refused', async () => {
    const found = kubeadm({ 'k8s-worker2': [KUBELET] });
    await expect(decided(workers, either(found, IMPORTED))).rejects.toBeInstanceOf(StageRefused);
  });

  it('are none in a lab of one node', async () => {
    expect(await decided(workers, IMPORTED, alone)).toEqual([]);
  });
});

describe('prepare-nodes', () => {
  const fstab =
    (text: string): Replies =>
    (command) =>
      command === 'cat /etc/fstab' ? { stdout: text } : undefined;
  const noSwap: Replies = (command) =>
    command === system.command ? { stdout: 'Linux\nb\nx86_64\n2\n4096\n\n\ncgroup2fs\nnone\n\n' } : undefined;
  const swapsOff = async (replies: Replies) =>
    english(await decided(prepareNodes, replies)).some((sentence) => sentence.startsWith('Turn swap off'));

  it('switches swap off where it is on, or will be at the next boot', async () => {
    expect(await swapsOff(fstab(''))).toBe(true);
    expect(await swapsOff(either(noSwap, fstab('/dev/sda2 none swap sw 0 0\n')))).toBe(true);
    expect(await swapsOff(either(noSwap, fstab('UUID=ab\tnone\tswap\tdefaults\n')))).toBe(true);
  });

  it.each([
    ['a comment', '# /dev/sda2 none swap sw 0 0\n'],
    ['what Hoplab has switched off', '# Hoplab: /dev/sda2 none swap sw 0 0\n'],
    ['a folder of that name', '/dev/sda1 /swap ext4 defaults 0 0\n'],
    ['no file', ''],
  ])('leaves swap alone when fstab holds %s', async (_, text) => {
    expect(await swapsOff(either(noSwap, fstab(text)))).toBe(false);
  });

  it.each(['/dev/sda2 none swap sw 0 0', 'UUID=ab\tnone\tswap\tdefaults'])('comments out %j', async (line) => {
    expect(await commentedOut(line)).toBe(`# Hoplab: ${line}\n`);
  });

  // fields four to six may be left out (fstab(5)): decided for ever, and swap is on again after the next boot
  it('comments out a line of swap that ends behind its type', async () => {
    expect(await commentedOut('/swapfile none swap')).toBe('# Hoplab: /swapfile none swap\n');
  });

  /** What the decided sed makes of a line of fstab. */
  async function commentedOut(line: string): Promise<string> {
    const changes = await decided(prepareNodes, either(noSwap, fstab(`${line}\n`)));
    const { command = '' } = changes.find(({ sentence }) => sentence.en.startsWith('Turn swap off')) ?? {};
    const file = join(await tempFolder(), 'fstab');
    writeFileSync(file, `${line}\n`);
    const sed = /sed -i -E '[^']*' \/etc\/fstab/.exec(command)?.[0] ?? 'false';
    execFileSync('sh', ['-c', sed.replace('/etc/fstab', file)]);
    return readFileSync(file, 'utf8');
  }

  it('starts containerd only after its programs are there, and the milestone after that', async () => {
    const plan = await prepareNodes.decide(contextOf({ lab, bundle, replies: bare }));
    expect(plan).toMatchObject([
      { together: { length: 3 } },
      { reached: 'container-runtime' },
      { together: { length: 3 } },
    ]);
    const first = english(changesOf((plan as readonly [typeof plan])[0])).filter((text) => text.includes('k8s-master'));
    const at = (part: string) => first.findIndex((text) => text.includes(part));
    expect(at('Install containerd v')).toBeGreaterThan(at('Install runc'));
    expect(at('Start containerd')).toBe(first.length - 1);
  });

  it('installs kubectl only on the control plane', async () => {
    const changes = await decided(prepareNodes, () => undefined);
    const machines = changes.filter(({ sentence }) => sentence.en.includes('kubectl')).map(({ machine }) => machine);
    expect(machines).toEqual(['k8s-master']);
  });

  it('takes back what Hoplab installed', async () => {
    const noted = 'a'.repeat(64) + ' 1 2 3 /usr/local/bin/runc\n==\n1 2 3 /usr/local/bin/runc\n';
    const replies: Replies = (command) =>
      command.startsWith('[ -e /var/lib/hoplab/installed ]') ? { stdout: noted } : bare(command);
    const undone = changesOf(await prepareNodes.undo(contextOf({ lab, bundle, replies })));
    expect(english(undone)).toContain('Remove what Hoplab installed on k8s-master');
  });

  it('takes back also what was only begun: files without services', async () => {
    const replies: Replies = (command) =>
      command.startsWith('for file in ') ? { stdout: '/etc/modules-load.d/hoplab.conf\n' } : bare(command);
    const undone = english(changesOf(await prepareNodes.undo(contextOf({ lab, bundle, replies }))));
    expect(undone).toHaveLength(3);
    expect(undone[0]).toContain('restore the previous files');
  });

  it('takes programs back by the same command, whatever is installed', async () => {
    const commands = async (names: readonly string[]) => {
      const paths = names.map((name) => `/usr/local/bin/${name}`);
      const noted = paths.map((path) => `${'a'.repeat(64)} 1 2 3 ${path}\n`).join('');
      const found = paths.map((path) => `1 2 3 ${path}\n`).join('');
      const replies: Replies = (command) =>
        command.startsWith('[ -e /var/lib/hoplab/installed ]') ? { stdout: `${noted}==\n${found}` } : bare(command);
      return changesOf(await prepareNodes.undo(contextOf({ lab, bundle, replies }))).map(({ command }) => command);
    };
    expect(await commands(['runc'])).toEqual(await commands(['runc', 'kubelet']));
  });

  it('switches swap on again where it was on without fstab', async () => {
    const replies: Replies = (command) =>
      command === 'cat /var/lib/hoplab/swap' ? { stdout: 'unit dev-zram0.swap\n' } : bare(command);
    const undone = english(changesOf(await prepareNodes.undo(contextOf({ lab, bundle, replies }))));
    expect(undone).toEqual(lab.nodes.map(({ name }) => `Turn swap on again on ${name}`));
  });

  it('starts containerd again when it has not read its configuration yet', async () => {
    const files = [containerdConfig('registry.k8s.io/pause:3.10.2'), containerdUnit];
    const active = ['containerd', 'kubelet'].map(
      (name) => `Id=${name}.service\nActiveState=active\nUnitFileState=enabled\n`,
    );
    const starts = async (folders: readonly string[]) => {
      const replies: Replies = (command) => {
        if (command.startsWith('systemctl show')) return { stdout: active.join('\n') };
        if (!command.includes('sha256sum') || !command.includes('config.toml')) return undefined;
        const line = (folder: string) =>
          files.map(({ path, content }) => `${sha256Of(content)}  ${folder}${path}\n`).join('');
        const none = bare(command)
          ?.stderr?.split('\n')
          .filter((text) => !folders.some((folder) => text.includes(` ${folder}/etc/`)));
        return { stdout: folders.map(line).join(''), stderr: none?.join('\n') ?? '', exitCode: 1 };
      };
      return english(await decided(prepareNodes, replies)).some((sentence) => sentence.startsWith('Start containerd'));
    };
    expect(await starts([''])).toBe(true);
    expect(await starts(['', '/var/lib/hoplab/read'])).toBe(false);
  });

  // `hoplab reset` on machines that have a containerd of their own (Docker's): stopped, disabled, its config.toml deleted
  it('leaves a containerd alone that Hoplab did not install', async () => {
    const replies: Replies = (command) =>
      command.startsWith('systemctl show')
        ? {
            stdout:
              'Id=containerd.service\nActiveState=active\nUnitFileState=enabled\n\nId=kubelet.service\nActiveState=inactive\nUnitFileState=\n',
          }
        : bare(command);
    expect(changesOf(await prepareNodes.undo(contextOf({ lab, bundle, replies })))).toEqual([]);
  });
});
