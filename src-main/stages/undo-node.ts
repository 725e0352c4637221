import { INSTALLED, installedFiles } from '../facts/installed-files.ts';
import { fileHashes } from '../facts/file-hashes.ts';
import { textFile } from '../facts/text-file.ts';
import type { LabNode } from '../lab/lab.ts';
import { all, embed, sh } from '../machines/command.ts';
import { putBack } from '../machines/keep-file.ts';
import { sha256Of } from '../machines/upload.ts';
import * as files from './node-files.ts';
import type { Plan } from './plan.ts';
import type { StageContext } from './stage.ts';

/** Exists when there was no containerd before Hoplab's: then its images go with it. */
export const IMAGES_ARE_OURS = '/var/lib/hoplab/containerd-is-ours';

/** A containerd or kubelet with another unit is somebody else's. */
const UNITS = [files.kubeletUnit, files.containerdUnit];

const WRITTEN = [
  files.kubeletUnit.path,
  files.containerdUnit.path,
  '/etc/containerd/config.toml',
  files.settingsFile.path,
  files.modulesFile.path,
];

/** Takes back what `prepare-nodes` did: services, programs, files, swap. What was there before is put back. */
export async function undoNode(context: StageContext, node: LabNode): Promise<Plan> {
  const [installed, hashes, hosts = '', fstab = ''] = await Promise.all([
    context.read(node.name, installedFiles),
    context.read(node.name, fileHashes(UNITS.map(({ path }) => path))),
    context.read(node.name, textFile('/etc/hosts')),
    context.read(node.name, textFile('/etc/fstab')),
  ]);
  const plan: Plan[] = [];
  if (UNITS.some(({ path, content }) => hashes.get(path) === sha256Of(content))) plan.push(servicesGone(node));
  if (installed.size > 0) plan.push(programsGone(node, [...installed.keys()]));
  if (files.withoutHosts(hosts) !== hosts) plan.push(hostsBack(node, files.withoutHosts(hosts)));
  if (fstab.includes('# Hoplab: ')) plan.push(swapBack(node));
  return plan;
}

function servicesGone(node: LabNode): Plan {
  return {
    machine: node.name,
    sentence: {
      en: `Stop containerd and the kubelet on ${node.name} and put back the files that were there before`,
      ja: `${node.name} の containerd と kubelet を止め、元のファイルに戻す`,
    },
    command: sh`systemctl disable -q --now kubelet containerd; pkill -f '^/usr/local/bin/containerd-shim-runc-v2 '; ${embed(all(WRITTEN.map((path) => putBack(path))))} && systemctl daemon-reload`,
    timeout: 120_000,
  };
}

function programsGone(node: LabNode, paths: readonly string[]): Plan {
  return {
    machine: node.name,
    sentence: {
      en: `Remove what Hoplab installed on ${node.name}`,
      ja: `${node.name} から Hoplab が入れたものを取り除く`,
    },
    command: sh`${embed(all(paths.map((path) => putBack(path))))} && rm -f ${INSTALLED} && if [ -e ${IMAGES_ARE_OURS} ]; then rm -rf /var/lib/containerd /run/containerd ${IMAGES_ARE_OURS}; fi`,
    timeout: 120_000,
  };
}

function hostsBack(node: LabNode, content: string): Plan {
  return {
    machine: node.name,
    sentence: {
      en: `Remove the lab's nodes from /etc/hosts on ${node.name}`,
      ja: `${node.name} の /etc/hosts からラボのノードを消す`,
    },
    command: sh`cat > /etc/hosts.hoplab-part && chmod 644 /etc/hosts.hoplab-part && mv -f /etc/hosts.hoplab-part /etc/hosts`,
    input: { content },
  };
}

function swapBack(node: LabNode): Plan {
  return {
    machine: node.name,
    sentence: { en: `Switch swap on again on ${node.name}`, ja: `${node.name} のスワップを元に戻す` },
    command: sh`sed -i 's/^# Hoplab: //' /etc/fstab && swapon -a`,
  };
}
