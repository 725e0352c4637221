import { INSTALLED, installedFiles } from '../facts/installed-files.ts';
import { textFile } from '../facts/text-file.ts';
import { writtenFiles } from '../facts/written-files.ts';
import type { LabNode } from '../lab/lab.ts';
import { all, embed, sh } from '../machines/command.ts';
import { keptPath, MARK, putBack } from '../machines/keep-file.ts';
import { READ_FOLDER } from '../machines/read-note.ts';
import * as files from './node-files.ts';
import type { Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { SWAP_NOTE, swapOn } from './swap.ts';

/** Exists when there was no containerd before Hoplab's: then its images go with it. */
export const IMAGES_ARE_OURS = '/var/lib/hoplab/containerd-is-ours';

const WRITTEN = [
  files.kubeletUnit.path,
  files.containerdUnit.path,
  '/etc/containerd/config.toml',
  files.settingsFile.path,
  files.modulesFile.path,
];

/** Takes back what `prepare-nodes` did: services, programs, files, swap. What was there before is put back. */
export async function undoNode(context: LabContext, node: LabNode): Promise<Plan> {
  const [installed, written, hosts = '', fstab = '', swap] = await Promise.all([
    context.read(node.name, installedFiles),
    context.read(node.name, writtenFiles(WRITTEN)),
    context.read(node.name, textFile('/etc/hosts')),
    context.read(node.name, textFile('/etc/fstab')),
    context.read(node.name, textFile(SWAP_NOTE)),
  ]);
  const plan: Plan[] = [];
  if (written.size > 0) plan.push(servicesGone(node));
  if (installed.size > 0) plan.push(programsGone(node));
  if (files.withoutHosts(hosts) !== hosts) plan.push(hostsBack(node, files.withoutHosts(hosts)));
  if (fstab.includes('# Hoplab: ') || swap !== undefined) plan.push(swapBack(node));
  return plan;
}

function servicesGone(node: LabNode): Plan {
  return {
    machine: node.name,
    sentence: {
      en: `Stop containerd and the kubelet on ${node.name} and restore the previous files`,
      ja: `${node.name} の containerd と kubelet を止め、元のファイルに戻す`,
    },
    // a containerd or kubelet with another unit is somebody else's
    command: sh`
      for unit in kubelet containerd; do
        head -n 1 /etc/systemd/system/$unit.service 2> /dev/null | grep -q ${`^${MARK}`} || continue
        systemctl disable -q --now $unit
        [ $unit = kubelet ] || pkill -f '^/usr/local/bin/containerd-shim-runc-v2 '
      done
      ${embed(all(WRITTEN.map((path) => putBack(path))))} && rm -rf ${READ_FOLDER} && systemctl daemon-reload`,
    timeout: 120_000,
  };
}

/** What is to be removed is read on the machine: only what is still as Hoplab installed it. */
function programsGone(node: LabNode): Plan {
  return {
    machine: node.name,
    sentence: {
      en: `Remove what Hoplab installed on ${node.name}`,
      ja: `${node.name} から Hoplab が入れたものを取り除く`,
    },
    command: sh`
      while read -r _ size time inode path; do
        [ "$(stat -c '%s %Y %i' "$path" 2> /dev/null)" = "$size $time $inode" ] || continue
        kept=${keptPath('')}$path
        if [ -e "$kept" ]; then mv -f "$kept" "$path"; else rm -f "$path"; fi || exit
      done < ${INSTALLED} && rm -f ${INSTALLED} &&
        if [ -e ${IMAGES_ARE_OURS} ]; then
          ${embed(leftContainersGone)}
          rm -rf /var/lib/containerd /run/containerd ${IMAGES_ARE_OURS}
        fi`,
    timeout: 120_000,
  };
}

/**
 * Ends containers that `kubeadm reset` has left, and takes their mounts away, since what is mounted cannot be removed: one that was being
 * started at that moment, or that the kubelet never had.
 */
const leftContainersGone = sh`
  for noted in /run/containerd/io.containerd.runtime.v2.task/*/*/init.pid; do
    pid=$(cat "$noted" 2> /dev/null) || continue
    container=$(basename "$(dirname "$noted")")
    # the number may be another process's by now
    grep -qsF "$container" "/proc/$pid/cgroup" && kill -KILL "$pid"
  done
  awk '$2 ~ "^/(run|var/lib)/containerd/" { print $2 }' /proc/self/mounts | sort -r | xargs -r umount -l`;

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
    sentence: { en: `Turn swap on again on ${node.name}`, ja: `${node.name} のスワップを元に戻す` },
    command: swapOn(),
  };
}
