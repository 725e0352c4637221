import { ARP_IGNORE } from '../facts/arp-ignore.ts';
import { fileHashes } from '../facts/file-hashes.ts';
import type { LabNode } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { writeKeeping } from '../machines/keep-file.ts';
import { sha256Of } from '../machines/upload.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change, Plan } from '../plan/plan.ts';
import type { NodeFile } from './node-files.ts';

/** What kube-proxy asks for before it works with ipvs. */
const MODULES = ['ip_vs', 'ip_vs_rr', 'ip_vs_wrr', 'ip_vs_sh', 'nf_conntrack'];

const modulesFile: Pick<NodeFile, 'path' | 'content'> = {
  path: '/etc/modules-load.d/hoplab-ipvs.conf',
  content: `${['# Written by Hoplab: what kube-proxy needs in ipvs mode', ...MODULES].join('\n')}\n`,
};

/** How a node answered ARP before kube-proxy made it strict, as `sysctl` prints it. */
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
      [ -e ${BEFORE} ] || sysctl ${ARP_IGNORE} net.ipv4.conf.all.arp_announce > ${BEFORE} || exit
      ${embed(writeKeeping(path))}`,
    input: { content },
  };
}

/** Takes that back, and has the node answer ARP as before. */
export async function ipvsForgotten({ name }: LabNode): Promise<Change> {
  return {
    machine: name,
    sentence: {
      en: `Answer ARP on ${name} as before, and load the modules of IPVS at boot no more`,
      ja: `${name} の ARP の応答を前の設定に戻し、起動時に IPVS のモジュールを読み込まないようにする`,
    },
    command: sh`
      rm -f ${modulesFile.path}
      [ ! -e ${BEFORE} ] || { sysctl -q -p ${BEFORE} && rm -f ${BEFORE}; }`,
  };
}
