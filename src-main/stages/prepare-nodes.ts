import { kernelIsSet } from '../checks/kernel-is-set.ts';
import { versionsAreAsAsked } from '../checks/versions-are-as-asked.ts';
import { fileHashes } from '../facts/file-hashes.ts';
import { installedFiles } from '../facts/installed-files.ts';
import { KERNEL_SETTINGS, kernelSettings } from '../facts/kernel-settings.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { services } from '../facts/systemd-units.ts';
import { system } from '../facts/system.ts';
import { textFile } from '../facts/text-file.ts';
import type { LabNode } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { writeKeeping } from '../machines/keep-file.ts';
import { noteRead, readCopy } from '../machines/read-note.ts';
import { sha256Of } from '../machines/upload.ts';
import { archOf, installFile, pauseImage, targetsOf } from './install-file.ts';
import * as files from './node-files.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { refuseForeignCluster } from './refuse-foreign-cluster.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { onEach, type Stage } from './stage.ts';
import { swapOff } from './swap.ts';
import { IMAGES_ARE_OURS, undoNode } from './undo-node.ts';

export const prepareNodes: Stage = {
  id: 'prepare-nodes',
  title: { en: 'Prepare the nodes', ja: 'ノードの準備' },
  problem: {
    en: 'The machines are reachable but bare: no container runtime, no kubelet, and a kernel that does not forward packets.',
    ja: 'マシンには届いたが、まだ素の状態。コンテナランタイムも kubelet もなく、カーネルはパケットを転送しない。',
  },
  solves: {
    en: 'containerd, kubelet and kubeadm are installed, swap is off, and the kernel forwards packets and passes bridged traffic to iptables.',
    ja: 'containerd・kubelet・kubeadm を入れ、スワップを切り、カーネルがパケットを転送し、ブリッジを通るパケットも iptables に見えるようにする。',
  },
  needs: ['connect'],
  livesIn: 'machines',
  checks: [versionsAreAsAsked, kernelIsSet],
  async decide(context) {
    const { nodes } = context.lab;
    // before anything is changed: what a foreign cluster runs on is not ours
    for (const node of nodes) refuseForeignCluster(node, await context.read(node.name, kubeadmState));
    const runtime = await onEach(nodes, (node) => prepareRuntime(context, node));
    const kubernetes = await onEach(nodes, (node) => prepareKubernetes(context, node));
    return [runtime, { reached: 'container-runtime' }, kubernetes];
  },
  undo: (context) => onEach(context.lab.nodes, (node) => undoNode(context, node)),
};

async function prepareRuntime(context: LabContext, node: LabNode): Promise<Plan> {
  return Promise.all([
    hostsFile(context, node),
    swapIsOff(context, node),
    kernelSetUp(context, node),
    programs(context, node, files.runtimePrograms),
    runtimeStarted(context, node),
  ]);
}

async function prepareKubernetes(context: LabContext, node: LabNode): Promise<Plan> {
  return Promise.all([
    programs(context, node, files.kubernetesPrograms(context.lab, node)),
    kubeletReady(context, node),
  ]);
}

async function hostsFile(context: LabContext, node: LabNode): Promise<Plan> {
  const found = (await context.read(node.name, textFile('/etc/hosts'))) ?? '';
  const wanted = files.withHosts(found, context.lab.nodes);
  if (found === wanted) return [];
  return {
    machine: node.name,
    sentence: {
      en: `Add the lab's nodes to /etc/hosts on ${node.name}`,
      ja: `${node.name} の /etc/hosts にラボのノードを書く`,
    },
    command: sh`cat > /etc/hosts.hoplab-part && chmod 644 /etc/hosts.hoplab-part && mv -f /etc/hosts.hoplab-part /etc/hosts`,
    input: { content: wanted },
  };
}

async function swapIsOff(context: LabContext, node: LabNode): Promise<Plan> {
  const [{ swaps }, fstab = ''] = await Promise.all([
    context.read(node.name, system),
    context.read(node.name, textFile('/etc/fstab')),
  ]);
  if (swaps.length === 0 && !/^[^#\s]\S*\s+\S+\s+swap(?:\s|$)/m.test(fstab)) return [];
  return {
    machine: node.name,
    sentence: {
      en: `Turn swap off on ${node.name}, now and at boot: the kubelet does not start with it`,
      ja: `${node.name} のスワップを今と起動時の両方で切る (有効だと kubelet が起動しない)`,
    },
    command: swapOff(),
  };
}

async function kernelSetUp(context: LabContext, node: LabNode): Promise<Plan> {
  const [hashes, settings] = await Promise.all([
    context.read(node.name, fileHashes([files.modulesFile.path, files.settingsFile.path])),
    context.read(node.name, kernelSettings),
  ]);
  const set = KERNEL_SETTINGS.every(([name, value]) => settings.get(name) === value);
  const plan: Plan[] = [];
  if (!isThere(hashes, files.modulesFile) || !set) {
    plan.push({
      ...write(node, files.modulesFile, sh`modprobe -a ${files.MODULES}`),
      sentence: {
        en: `Load ${files.MODULES.join(', ')} on ${node.name}, now and at boot`,
        ja: `${node.name} に ${files.MODULES.join(', ')} を今と起動時に読み込む`,
      },
    });
  }
  if (!isThere(hashes, files.settingsFile) || !set) {
    plan.push({
      ...write(node, files.settingsFile, sh`sysctl -q -p ${files.settingsFile.path}`),
      sentence: {
        en: `Enable packet forwarding on ${node.name} and pass bridged traffic to iptables`,
        ja: `${node.name} でパケット転送を有効にし、ブリッジを通るパケットを iptables に見せる`,
      },
    });
  }
  return plan;
}

async function programs(context: LabContext, node: LabNode, names: readonly string[]): Promise<Plan> {
  const [installed, arch] = await Promise.all([context.read(node.name, installedFiles), archOf(context, node)]);
  const files = await Promise.all(names.map((name) => context.bundle.file(name, arch)));
  return files
    .filter((file) => targetsOf(file).some((path) => installed.get(path) !== file.sha256))
    .map((file) => installFile(node.name, file));
}

async function runtimeStarted(context: LabContext, node: LabNode): Promise<Plan> {
  const config = files.containerdConfig(pauseImage(context.bundle));
  const both = [config, files.containerdUnit];
  const paths = both.map(({ path }) => path);
  const [hashes, states] = await Promise.all([
    context.read(node.name, fileHashes([...paths, ...paths.map(readCopy)])),
    context.read(node.name, services(['containerd', 'kubelet'])),
  ]);
  const writes = both.filter((file) => !isThere(hashes, file)).map((file) => write(node, file));
  const state = states.get('containerd');
  const isRead = both.every(({ path, content }) => isThere(hashes, { path: readCopy(path), content }));
  if (writes.length === 0 && isRead && state?.active === 'active' && state.enabled === 'enabled') return [];
  return [
    ...writes,
    {
      machine: node.name,
      sentence: {
        en: `Start containerd on ${node.name}, now and at boot`,
        ja: `${node.name} で containerd を起動し、起動時にも立ち上げる`,
      },
      command: sh`
        mkdir -p /var/lib/hoplab && { [ -e /var/lib/containerd ] || touch ${IMAGES_ARE_OURS}; } &&
          systemctl daemon-reload && systemctl enable -q containerd && systemctl restart containerd &&
          ${embed(noteRead(paths))}`,
    },
  ];
}

async function kubeletReady(context: LabContext, node: LabNode): Promise<Plan> {
  const [hashes, states] = await Promise.all([
    context.read(node.name, fileHashes([files.kubeletUnit.path])),
    context.read(node.name, services(['containerd', 'kubelet'])),
  ]);
  if (isThere(hashes, files.kubeletUnit) && states.get('kubelet')?.enabled === 'enabled') return [];
  return write(node, files.kubeletUnit, sh`systemctl daemon-reload && systemctl enable -q kubelet`);
}

function isThere(hashes: ReadonlyMap<string, string>, file: Pick<files.NodeFile, 'path' | 'content'>): boolean {
  return hashes.get(file.path) === sha256Of(file.content);
}

function write(node: LabNode, file: files.NodeFile, then = sh`:`): Change {
  return {
    machine: node.name,
    sentence: {
      en: `Write ${file.about.en} on ${node.name} (${file.path})`,
      ja: `${file.about.ja}を ${node.name} に書く (${file.path})`,
    },
    command: sh`${embed(writeKeeping(file.path))} && ${embed(then)}`,
    input: { content: file.content },
  };
}
