import { ARP_IGNORE } from '../facts/arp-ignore.ts';
import { fileHashes } from '../facts/file-hashes.ts';
import type { LabNode } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { putBack, writeKeeping } from '../machines/keep-file.ts';
import { sha256Of } from '../machines/upload.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change, Plan } from '../plan/plan.ts';
import type { NodeFile } from './node-files.ts';

/** What kube-proxy needs to work with ipvs and its own scheduler. Source: CanUseIPVSProxier in pkg/proxy/ipvs. */
const MODULES = ['ip_vs', 'ip_vs_rr', 'nf_conntrack'];

const modulesFile: Pick<NodeFile, 'path' | 'content'> = {
  path: '/etc/modules-load.d/hoplab-ipvs.conf',
  content: `${['# Written by Hoplab: what kube-proxy needs in ipvs mode', ...MODULES].join('\n')}\n`,
};

/** What kube-proxy sets in ipvs mode and never puts back; where it has already, before Hoplab looked, it is Linux's default that is put back. */
const SETTINGS = [ARP_IGNORE, 'net.ipv4.conf.all.arp_announce'];

/** How a node had them before, as `sysctl` prints it. */
const BEFORE = '/var/lib/hoplab/before-ipvs.conf';

/** Loads the modules, now and at boot, and notes what kube-proxy is going to change and never puts back. */
export async function ipvsReady(context: LabContext, { name }: LabNode): Promise<Plan> {
  const { path, content } = modulesFile;
  const hashes = await context.read(name, fileHashes([path]));
  if (hashes.get(path) === sha256Of(content)) return [];
  return {
    machine: name,
    sentence: {
      en: `Load the modules of IPVS on ${name}, now and at boot`,
      ja: `${name} に IPVS のモジュールを今と起動時に読み込む`,
    },
    command: sh`
      modprobe -a ${MODULES} || exit
      mkdir -p /var/lib/hoplab
      if [ -e ${BEFORE} ]; then :
      elif [ -e /sys/class/net/kube-ipvs0 ]; then printf '%s = 0\n' ${SETTINGS} > ${BEFORE}
      else sysctl ${SETTINGS} > ${`${BEFORE}.part`} && mv -f ${`${BEFORE}.part`} ${BEFORE} || exit
      fi
      ${embed(writeKeeping(path))}`,
    input: { content },
  };
}

/**
 * Takes that back, and has the node answer ARP as before. Behind kube-proxy's own cleaning, or once the node has left the cluster: then the
 * addresses of Services go, and what IPVS's own tables have goes with the next reboot.
 */
export function ipvsForgotten({ name }: LabNode): Change {
  return {
    machine: name,
    sentence: {
      en: `Answer ARP on ${name} as before, and load the modules of IPVS at boot no more`,
      ja: `${name} の ARP の応答を前の設定に戻し、起動時に IPVS のモジュールを読み込まないようにする`,
    },
    command: sh`
      if [ -e /sys/class/net/kube-ipvs0 ]; then ip link del kube-ipvs0 || exit; fi
      ${embed(putBack(modulesFile.path))}
      [ ! -e ${BEFORE} ] || { sysctl -q -p ${BEFORE} && rm -f ${BEFORE}; }`,
  };
}

/** What takes back what a node that has left its cluster still has of ipvs. */
export async function ipvsLeft(context: LabContext, node: LabNode): Promise<Plan> {
  const hashes = await context.read(node.name, fileHashes([modulesFile.path]));
  return hashes.has(modulesFile.path) ? ipvsForgotten(node) : [];
}

/** The same where its lab asks for ipvs, in a recording as well: of other labs that was never asked there. */
export async function ipvsLeftAsAsked(context: LabContext, node: LabNode): Promise<Plan> {
  return context.lab.optional.kubeProxyMode === 'ipvs' ? ipvsLeft(context, node) : [];
}
