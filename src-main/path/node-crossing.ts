import type { Packet } from '../contract/path.ts';
import type { Rule, Ruleset } from '../netfilter/ruleset.ts';
import type { Route } from '../facts/routes.ts';
import { answersElsewhere, balanceHop, noRealServer, notMasqueraded } from './ipvs-hop.ts';
import type { Flow } from '../netfilter/matching.ts';
import type { Balanced, NodeRules, Passage, Refusal, Ruled } from './account.ts';
import type { Journey, Progress } from './journey.ts';
import { leaveNode } from './leave-node.ts';
import { lanDevice, modeOf, ownAddresses, routeFor } from './node-network.ts';
import { evidenceOf, type NodeFacts } from './path-facts.ts';
import { translationHops } from './rule-hops.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import type { Stop } from './stops.ts';
import { ipvsUnread } from './unread-rules.ts';

/** Takes the first packet of a flow through one node: rules, routing decision, rules, and out. */
export function crossNode(journey: Journey, node: NodeFacts, packet: Packet, device: string): Progress {
  const { rules, routes } = node;
  if (modeOf(node) === 'ipvs' && !node.ipvs) return { kind: 'unknown', why: ipvsUnread(node.name) };
  if (!rules || !routes) {
    const why = {
      en: `The rules and routes of ${node.name} are unknown.`,
      ja: `${node.name} のルールと経路が分からない。`,
    };
    return { kind: 'unknown', why };
  }
  return new Crossing({ journey, node, rules, packet, device }).cross(routes.value);
}

interface Parts {
  readonly journey: Journey;
  readonly node: NodeFacts;
  readonly rules: Ruleset;
  readonly packet: Packet;
  readonly device: string;
}

class Crossing {
  readonly #parts: Parts;
  readonly #passage: Passage;
  readonly #rules: NodeRules;
  #isBalanced = false;

  constructor(parts: Parts) {
    const { account } = parts.journey;
    this.#parts = parts;
    this.#passage = account.passage(parts.node.name, parts.packet);
    this.#rules = account.rules(parts);
  }

  cross(routes: readonly Route[]): Progress {
    const { node, packet: came } = this.#parts;
    const before = this.#rules.prerouting();
    const { flow, packet } = before;
    this.#tellTranslations(came, before);
    this.#passBy(before.unjudged);
    if (before.refusal) return this.#refused(before.refusal, packet);
    if (!ownAddresses(node).has(flow.destination)) return this.#onward(routes, flow, packet, 'forward');
    const refused = this.#filtered('INPUT', this.#rules.filter('input', flow, packet));
    if (refused) return refused;
    const balanced = this.#rules.balance(flow, packet);
    return balanced ? this.#balanced(routes, balanced, packet) : this.#taken(packet);
  }

  /** IPVS takes what came for an address of the node, and sends it on as the node would send a packet of its own. */
  #balanced(routes: readonly Route[], balanced: Balanced, packet: Packet): Progress {
    const { journey, node } = this.#parts;
    const { taken } = balanced;
    journey.trail.pass(balanceHop(balanced, { machine: node.name, packet, at: this.#passage.at }));
    if (!taken) return { kind: 'stopped', stop: noRealServer(balanced, node.name) };
    if (taken.forward !== 'Masq') return { kind: 'unknown', why: notMasqueraded(taken.forward) };
    this.#isBalanced = true;
    if (ownAddresses(node).has(taken.flow.destination)) return this.#taken(taken.packet);
    return this.#onward(routes, taken.flow, taken.packet, 'output');
  }

  /** Sent to another node with the client's own address: the answer comes from there, and is not translated back here. */
  #bypassesOnItsWayBack({ device }: Route, { source }: Packet): boolean {
    const { node, packet: came, device: cameBy } = this.#parts;
    const leavesNode = node.links?.value.some(({ name, kind }) => name === device && kind === 'vxlan') === true;
    return this.#isBalanced && leavesNode && source === came.source && cameBy === lanDevice(node);
  }

  #onward(routes: readonly Route[], flow: Flow, packet: Packet, filter: 'forward' | 'output'): Progress {
    const { journey, node, device } = this.#parts;
    const route = routeFor(routes, flow.destination);
    if (!route) return this.#noRoute(packet);
    this.#tellRoute(route, packet);
    const leaving = { ...flow, outInterface: route.device ?? '' };
    const refused = this.#filtered(filter.toUpperCase(), this.#rules.filter(filter, leaving, packet));
    if (refused) return refused;
    const after = this.#rules.postrouting(leaving, packet);
    this.#tellTranslations(packet, after);
    this.#noteCrossed(after.packet);
    if (this.#bypassesOnItsWayBack(route, after.packet)) return { kind: 'unknown', why: answersElsewhere(node.name) };
    const meant = flow.dnatted || device !== lanDevice(node);
    return leaveNode({ journey, node, route, passage: this.#passage, meant }, after.packet);
  }

  #tellTranslations(before: Packet, { packet: after, translations, branches }: Ruled): void {
    const { node, journey } = this.#parts;
    const { at } = this.#passage;
    const hops = translationHops(translations, { machine: node.name, before, after, branches, at });
    for (const hop of hops) journey.trail.pass(hop);
  }

  /** What a filter lets pass is one hop; undefined then. */
  #filtered(name: string, { packet, ground, refusal, unjudged }: Ruled): Progress | undefined {
    const { journey, node } = this.#parts;
    this.#passBy(unjudged);
    if (refusal) return this.#refused(refusal, packet);
    journey.trail.pass({
      machine: node.name,
      place: { kind: 'chain', name },
      layer: 'kernel',
      sentence: {
        en: `The filters in ${name} accept the packet.`,
        ja: `${name} のフィルターがパケットを通す。`,
      },
      before: packet,
      at: this.#passage.at,
      ...ground,
    });
    return undefined;
  }

  #refused({ kind, chain, rule, ground, told }: Refusal, packet: Packet): Progress {
    const { journey, node } = this.#parts;
    const rejects = kind === 'reject';
    const stop: Stop = {
      cause: 'dropped-by-rule',
      sentence: {
        en: `${chain} on ${node.name} ${rejects ? 'rejects' : 'drops'} the packet: ${rule}`,
        ja: `${node.name} の ${chain} がパケットを${rejects ? '拒否する' : '破棄する'}: ${rule}`,
      },
    };
    journey.trail.pass({
      machine: node.name,
      place: { kind: 'chain', name: chain },
      layer: 'kernel',
      sentence: stop.sentence,
      before: packet,
      at: this.#passage.at,
      ...ground,
    });
    return { kind: 'stopped', stop, told };
  }

  #tellRoute(route: Route, packet: Packet): void {
    const { node, journey } = this.#parts;
    const via = route.gateway === undefined ? '' : ` via ${route.gateway}`;
    const device = route.device ?? '';
    journey.trail.pass({
      machine: node.name,
      place: { kind: 'routing', name: 'main' },
      layer: 'kernel',
      sentence: {
        en: `The routing table sends ${packet.destination} to ${device}${via} (${route.destination}).`,
        ja: `ルーティングテーブルにより ${packet.destination} は ${device}${via} へ (${route.destination})。`,
      },
      before: packet,
      evidence: evidenceOf(node.routes, route.destination),
      seed: seed.routes,
      basis: read.routes,
      at: this.#passage.at,
    });
  }

  #noRoute(packet: Packet): Progress {
    const { name } = this.#parts.node;
    const sentence = {
      en: `${name} has no route to ${packet.destination}.`,
      ja: `${name} に ${packet.destination} への経路がない。`,
    };
    return { kind: 'stopped', stop: { cause: 'no-route', sentence } };
  }

  #taken(packet: Packet): Progress {
    this.#noteCrossed(packet);
    return { kind: 'at-node', node: this.#parts.node.name, packet };
  }

  #noteCrossed(went: Packet): void {
    const { journey, node, device, packet: came } = this.#parts;
    journey.crossed.push({ node: node.name, device, came, went, passage: this.#passage, balanced: this.#isBalanced });
  }

  #passBy(unjudged: readonly Rule[]): void {
    for (const { text } of unjudged) {
      this.#parts.journey.unknown.push({
        en: `A rule on ${this.#parts.node.name} that Hoplab cannot evaluate was skipped: ${text}`,
        ja: `${this.#parts.node.name} のルールを Hoplab は判定できず、読み飛ばした: ${text}`,
      });
    }
  }
}
