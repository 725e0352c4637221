import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubeProxyRules } from '../../../src-main/facts/kube-proxy-rules.ts';
import { packetRules } from '../../../src-main/facts/packet-rules.ts';
import { FILTER, pathSample, type Mode } from '../path/sample.ts';
import type { Reply } from '../table-machine.ts';
import { labOf, labText } from '../../lab-file/example.ts';

/** The lab that the samples were taken from: worker 2 is its leader, the VIP of its Gateway is .201. */
export const sampledLab = labOf(
  labText({ 7: 'loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 192.168.2.201 }' }),
);

export function sample(name: string): string {
  return readFileSync(join(import.meta.dirname, 'samples', name), 'utf8');
}

const FILES: Readonly<Record<string, string>> = {
  'ip -j addr': 'ip-j-addr',
  'ip -j -d link': 'ip-j-link',
  'ip -j route': 'ip-j-route',
  'bridge -j fdb': 'bridge-j-fdb',
};

const KINDS: Readonly<Record<string, string>> = {
  nodes: 'nodes',
  pods: 'pods',
  services: 'services',
  endpointslices: 'endpointslices',
  'gateways.gateway.networking.k8s.io': 'gateways',
  'httproutes.gateway.networking.k8s.io': 'httproutes',
  'servicel2statuses.metallb.io': 'servicel2status',
};

/** What the sampled machines answered; the control plane's own tables were not sampled. */
export function sampled(command: string, machine: string): Reply | undefined {
  return sampledIn('iptables', command, machine);
}

/** The same, in one of kube-proxy's modes: of nftables its rules and the Services, for which the lab was made anew. */
export function sampledIn(mode: Mode, command: string, machine: string): Reply | undefined {
  const who = { 'k8s-worker2': 'leader', 'k8s-worker1': 'second', client: 'client' }[machine];
  if (command.startsWith('uname -s')) return { stdout: 'Linux\n' };
  const kind = / get (\S+)(?: -A)? -o json$/.exec(command)?.[1];
  if (machine === 'k8s-master' && kind !== undefined && kind in KINDS) {
    return {
      stdout: sample(`k-${KINDS[kind] ?? ''}${mode === 'nftables' && kind === 'services' ? '-nftables' : ''}.json`),
    };
  }
  if (machine === 'k8s-master' && command.includes('get configmaps -n kube-system')) return coreDns();
  if (who === undefined) return undefined;
  if (command.includes('ip -j neigh')) return { stdout: sample(`${who}-ip-j-neigh.json`) };
  if (who === 'leader' || who === 'second') {
    if (command === packetRules.command) return { stdout: savedRules(mode, who) };
    if (command === kubeProxyRules.command) return proxyTable(mode, who);
  }
  const file = FILES[command];
  return file === undefined || who === 'client' ? undefined : { stdout: sample(`${who}-${file}.json`) };
}

/** What `iptables-save` printed there; the table filter is known of one of the modes alone. */
export function savedRules(mode: Mode, who: 'leader' | 'second'): string {
  return pathSample(mode, `${who}-iptables-save-nat.txt`) + (mode === 'iptables' ? FILTER : '');
}

function proxyTable(mode: Mode, who: string): Reply {
  if (mode === 'nftables') return { stdout: pathSample(mode, `${who}-kube-proxy.json`) };
  return { stderr: 'Error: No such file or directory\nlist table ip kube-proxy\n', exitCode: 1 };
}

function coreDns(): Reply {
  const { items } = JSON.parse(sample('k-configmaps.json')) as { items: { metadata: { name: string } }[] };
  return { stdout: JSON.stringify({ items: items.filter(({ metadata }) => metadata.name === 'coredns') }) };
}
