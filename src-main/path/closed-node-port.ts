import { nodePortAddresses } from '../cluster/node-port-addresses.ts';
import type { Packet } from '../contract/path.ts';
import { escapedLines, jsonEntry } from '../facts/json-entries.ts';
import { controlPlane } from '../lab/lab.ts';
import { inNetwork } from '../netfilter/matching.ts';
import { virtualServerOf } from '../netfilter/virtual-servers.ts';
import { passHook } from '../netfilter/pass-hook.ts';
import type { Journey, Progress } from './journey.ts';
import { modeOf, ownAddresses } from './node-network.ts';
import { flowOf, newPacket } from './packet.ts';
import type { Read } from '../facts/reading.ts';
import { quoted, type NodeFacts, type PathFacts, type Quote } from './path-facts.ts';
import type { Reader } from './read-facts.ts';
import type { Stop } from './stops.ts';

/** Where kube-proxy opens NodePorts, asked only where a Service's NodePort is not open at the address. */
export async function readNodePortAddresses(
  reader: Reader,
  facts: PathFacts,
  { address, port }: { readonly address: string | undefined; readonly port: number | undefined },
): Promise<Read<readonly string[]> | undefined> {
  const node = [...facts.nodes.values()].find((one) => one.address === address);
  if (!node || port === undefined || !serviceWith(facts, port, 'tcp') || !isClosed(node, port)) return undefined;
  const found = await reader.read(controlPlane(facts.lab).name, nodePortAddresses);
  return found?.value && { ...found, value: found.value };
}

/** Whether no rule of a node leads on what comes for a port of its own address, and none drops it. */
function isClosed(node: NodeFacts, port: number): boolean {
  if (!node.rules || (modeOf(node) === 'ipvs' && !node.ipvs)) return false;
  const base = { protocol: 'tcp', source: '0.0.0.0', sourcePort: null, destinationPort: port } as const;
  const flow = flowOf(newPacket({ ...base, destination: node.address }), '');
  const around = { own: ownAddresses(node), remembered: new Map<string, ReadonlySet<string>>() };
  const { rules } = node;
  if (node.ipvs && virtualServerOf(node.ipvs.value, flow)) return false;
  const outcomes = [...passHook(rules, 'prerouting', flow, around), ...passHook(rules, 'input', flow, around)];
  return outcomes.every((outcome) => outcome.verdict === 'accept' && !outcome.flow.dnatted);
}

function serviceWith({ cluster }: PathFacts, port: number, protocol: string) {
  const isIt = (one: { readonly nodePort: number | undefined; readonly protocol: string }) =>
    one.nodePort === port && one.protocol.toLowerCase() === protocol;
  return cluster.services?.value.find(({ ports }) => ports.some(isIt));
}

/** The NodePort of a Service at which no rule took the packet, and no program listens. Undefined: no Service has that NodePort. */
export function closedNodePort(journey: Journey, node: string, packet: Packet): Progress | undefined {
  const { facts, trail } = journey;
  const { protocol, destination, destinationPort } = packet;
  const service = serviceWith(facts, destinationPort ?? 0, protocol);
  if (!service) return undefined;
  const addresses = facts.nodePortAddresses;
  const networks = addresses?.value ?? [];
  const what = `${service.namespace}/${service.name}`;
  if (!addresses || networks.length === 0 || networks.some((one) => one === 'primary' || holds(one, destination))) {
    return stop({
      cause: 'not-listening',
      sentence: {
        en: `The Service ${what} has the NodePort ${String(destinationPort)}, but kube-proxy on ${node} has no rule for it at ${destination}; the reason is unknown. See the kube-proxy log on that node.`,
        ja: `Service ${what} の NodePort は ${String(destinationPort)} だが、${node} の kube-proxy に ${destination} のルールがない。理由は分からない。そのノードの kube-proxy のログを確かめてください。`,
      },
    });
  }
  const sentence = {
    en: `The Service ${what} has the NodePort ${String(destinationPort)}, but kube-proxy opens NodePorts only on addresses in ${networks.join(', ')} (ConfigMap kube-proxy, nodePortAddresses): ${destination} is not one of them.`,
    ja: `Service ${what} の NodePort は ${String(destinationPort)} だが、kube-proxy が NodePort を開くのは ${networks.join(', ')} のアドレスだけで (ConfigMap kube-proxy の nodePortAddresses)、${destination} は含まれない。`,
  };
  trail.pass({
    machine: node,
    place: { kind: 'interface', name: `${protocol} ${String(destinationPort)}` },
    layer: 'kernel',
    sentence,
    before: packet,
    evidence: [quoted(addresses, networkLines(addresses.text)), ...openAddresses(facts.nodes.get(node))],
    basis: { kind: 'read', reason: SETTING },
  });
  return stop({ cause: 'not-listening', because: 'node-port-addresses', sentence });
}

const SETTING = {
  en: 'From the kube-proxy configuration; nothing that kube-proxy has written on this node leads the port on.',
  ja: 'kube-proxy の設定にそうあり、このノードに kube-proxy が書いたものに、そのポートの宛先はない。',
};

/** The lines of that setting, as they stand in the answer: the configuration is a text in JSON. */
function networkLines(text: string): readonly string[] {
  const lines = escapedLines(jsonEntry(text, 'data', 'config.conf')?.value ?? '');
  const first = lines.findIndex((line) => line.startsWith('nodePortAddresses'));
  const more = lines.slice(first + 1);
  const end = more.findIndex((line) => !/^\s*-/.test(line));
  return first < 0 ? [] : [lines[first] ?? '', ...more.slice(0, end < 0 ? undefined : end)];
}

/** The set of the addresses at which kube-proxy opens NodePorts, as it writes it in nftables mode. */
function openAddresses(node: NodeFacts | undefined): readonly Quote[] {
  const [set] = /\{"set": \{[^{}]*"name": "nodeport-ips"[^{}]*\}\}/.exec(node?.nftables?.text ?? '') ?? [];
  return node?.nftables && set !== undefined ? [quoted(node.nftables, [set])] : [];
}

function holds(network: string, address: string): boolean {
  return network.includes(':') ? false : inNetwork(address, network);
}

function stop(reason: Stop): Progress {
  return { kind: 'stopped', stop: reason };
}
