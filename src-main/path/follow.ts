import type { Packet } from '../contract/path.ts';
import type { Pod } from '../cluster/pods.ts';
import type { Journey, Progress } from './journey.ts';
import { leaveNode } from './leave-node.ts';
import { crossNode } from './node-crossing.ts';
import { macOf, routeFor } from './node-network.ts';
import { evidenceOf } from './path-facts.ts';
import { read } from './read-basis.ts';

/** More nodes than this no packet of a lab crosses. */
const MOST = 5;

/** Follows a packet from node to node, until a pod or a program takes it or it goes no further. */
export function follow(journey: Journey, from: Progress): Progress {
  let progress = from;
  for (let count = 0; count < MOST && progress.kind === 'on-link'; count += 1) {
    const node = journey.facts.nodes.get(progress.node);
    if (!node) throw new Error(`no node ${progress.node} in this lab`);
    progress = crossNode(journey, node, progress.packet, progress.device);
  }
  if (progress.kind !== 'on-link') return progress;
  const sentence = {
    en: `The packet loops: it would pass ${progress.node} again.`,
    ja: `パケットがループしている。再び ${progress.node} を通ることになる。`,
  };
  return { kind: 'stopped', stop: { cause: 'no-route', sentence } };
}

/** A packet that a pod sends: out of its cable to the bridge, and there to another pod or to the node. */
export function leavePod(journey: Journey, pod: Pod, packet: Packet): Progress {
  const node = journey.facts.nodes.get(pod.node ?? '');
  const name = `${pod.namespace}/${pod.name}`;
  const route = node?.routes && pod.address !== undefined ? routeFor(node.routes.value, pod.address) : undefined;
  if (!node || !route) {
    const why = { en: `The network of ${name} is unknown.`, ja: `${name} のネットワークが分からない。` };
    return { kind: 'unknown', why };
  }
  const bridge = route.device ?? '';
  const neighbour = node.neighbours?.value.find(({ address, device }) => address === pod.address && device === bridge);
  const near = routeFor(node.routes?.value ?? [], packet.destination)?.device === bridge;
  const framed = { ...packet, sourceMac: neighbour?.mac ?? null, destinationMac: near ? null : macOf(node, bridge) };
  journey.trail.pass({
    machine: node.name,
    place: { kind: 'pod', name },
    layer: 'link',
    sentence: {
      en: `${name} sends the packet through its veth to the bridge ${bridge} of ${node.name}.`,
      ja: `${name} が veth を通してパケットを ${node.name} のブリッジ ${bridge} へ送る。`,
    },
    before: packet,
    after: framed,
    evidence: neighbour ? evidenceOf(node.neighbours, neighbour.mac) : [],
    ...(neighbour && { basis: read.neighbours }),
  });
  // pods of one node are neighbours: the bridge alone carries the packet
  if (near) {
    const passage = journey.account.passage(node.name, packet);
    return leaveNode({ journey, node, route, passage, meant: true }, packet);
  }
  return { kind: 'on-link', node: node.name, device: bridge, packet: framed };
}
