import type { Basis, Branch, Packet } from '../contract/path.ts';
import type { Route } from '../facts/routes.ts';
import { compareSource, compareTranslation } from './compare.ts';
import { deedsOfSteps, isTranslation, type Deed } from './deed.ts';
import type { Journey, Progress } from './journey.ts';
import { leaveNode } from './leave-node.ts';
import { addressOf, lanDevice, modeOf, ownAddresses, routeFor } from './node-network.ts';
import { destinationOf, flowOf } from './packet.ts';
import { evidenceOf, type NodeFacts } from './path-facts.ts';
import { translationHops } from './rule-hops.ts';
import type { Flow } from '../netfilter/matching.ts';
import { passHook, type Outcome } from '../netfilter/pass-hook.ts';
import type { Hook, Ruleset } from '../netfilter/ruleset.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import type { Stop } from './stops.ts';
import { IPVS, UNTOLD } from './unread-rules.ts';
import type { Sighting } from './witness.ts';

/** Takes the first packet of a flow through one node: rules, routing decision, rules, and out. */
export function crossNode(journey: Journey, node: NodeFacts, packet: Packet, device: string): Progress {
  const { rules } = node;
  if (modeOf(node) === 'ipvs') return { kind: 'unknown', why: IPVS };
  if (!rules || !node.routes) {
    const why = {
      en: `The rules and routes of ${node.name} are not known.`,
      ja: `${node.name} の規則と経路が分からない。`,
    };
    return { kind: 'unknown', why };
  }
  return new Crossing({ journey, node, rules, packet, device }).cross();
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
  readonly #sighting: Sighting | undefined;
  readonly #around: { own: ReadonlySet<string>; remembered: ReadonlyMap<string, ReadonlySet<string>> };

  constructor(parts: Parts) {
    const { journey, node, packet } = parts;
    this.#parts = parts;
    this.#sighting = journey.witness?.find(node.name, packet);
    this.#around = { own: ownAddresses(node), remembered: node.remembered?.value ?? new Map() };
  }

  cross(): Progress {
    const { journey, node, packet, device } = this.#parts;
    const { flow, packet: translated, stopped } = this.#preroute();
    if (stopped) return stopped;
    if (this.#around.own.has(flow.destination)) {
      return this.#filter('input', flow, translated) ?? this.#crossed(translated, 'at-node');
    }
    const route = routeFor(node.routes?.value ?? [], flow.destination);
    if (!route) return this.#noRoute(translated);
    this.#tellRoute(route, translated);
    const leaving = { ...flow, outInterface: route.device ?? '' };
    const refused = this.#filter('forward', leaving, translated);
    if (refused) return refused;
    const went = this.#postroute(leaving, translated);
    journey.crossed.push({ node: node.name, device, came: packet, went, sighting: this.#sighting });
    const meant = flow.dnatted || device !== lanDevice(node);
    return leaveNode({ journey, node, route, sighting: this.#sighting, meant }, went);
  }

  get #basis(): Basis {
    const { journey, node } = this.#parts;
    if (this.#sighting) return { kind: 'observed' };
    const blind = journey.witness?.blind(node.name);
    return blind ? { kind: 'predicted', reason: blind } : journey.trail.predicted;
  }

  /** What the kernel says of a hook: rules of legacy iptables it does not tell of. */
  #basisOf(hook: Hook, deeds = this.#sighting?.hooks.get(hook)): Basis {
    if (!this.#sighting || (this.#sighting.hooks.has(hook) && deeds?.length)) return this.#basis;
    return { kind: 'predicted', reason: UNTOLD };
  }

  #preroute(): { flow: Flow; packet: Packet; stopped?: Progress } {
    const { rules, packet, device, node, journey } = this.#parts;
    const outcomes = passHook(rules, 'prerouting', flowOf(packet, device), this.#around);
    const taken = this.#pick(outcomes);
    if (!taken) return { flow: flowOf(packet, device), packet };
    const { destination, destinationPort } = taken.flow;
    const after = { ...packet, destination, destinationPort };
    const foretold = deedsOfSteps(taken.steps, node);
    const deeds = (this.#sighting?.hooks.get('prerouting') ?? foretold).filter(isTranslation);
    if (this.#sighting && !this.#sighting.continues) {
      journey.differences.push(...compareTranslation(node.name, outcomes, foretold, this.#sighting));
    }
    const branches = taken.flow.dnatted ? branchesOf(outcomes, taken, this.#parts) : [];
    const { name: machine } = node;
    const at = this.#sighting?.at ?? null;
    const hops = translationHops(deeds, {
      machine,
      before: packet,
      after,
      branches,
      basis: this.#basisOf('prerouting'),
      at,
    });
    for (const hop of hops) journey.trail.pass(hop);
    this.#warn(taken);
    const dropped = this.#sighting?.hooks.get('prerouting')?.some(({ kind }) => kind === 'drop' || kind === 'reject');
    if (taken.verdict === 'accept' && !dropped) return { flow: taken.flow, packet: after };
    return { flow: taken.flow, packet: after, stopped: this.#refused('prerouting', taken, after) };
  }

  /** The way that was seen; else the likeliest, of equals the first. */
  #pick(outcomes: readonly Outcome[]): Outcome | undefined {
    const left = this.#sighting?.left;
    const seen = left && outcomes.find(({ flow }) => destinationOf(flow) === destinationOf(left));
    return seen ?? [...outcomes].sort((one, other) => other.probability - one.probability)[0];
  }

  /** What a filter lets pass is one hop; undefined then. */
  #filter(hook: 'input' | 'forward', flow: Flow, packet: Packet): Progress | undefined {
    const { rules, journey, node } = this.#parts;
    const [taken] = passHook(rules, hook, flow, this.#around);
    if (!taken) return undefined;
    this.#warn(taken);
    const seen = this.#sighting?.hooks.get(hook)?.filter((deed) => !isTranslation(deed));
    const dropped = seen?.find(({ kind }) => kind === 'drop' || kind === 'reject');
    if (taken.verdict !== 'accept' || dropped) return this.#refused(hook, taken, packet);
    const deeds = seen ?? deedsOfSteps(taken.steps, node);
    const name = hook.toUpperCase();
    journey.trail.pass({
      machine: node.name,
      place: { kind: 'chain', name },
      layer: 'kernel',
      sentence: {
        en: `The filters of ${name} let the packet pass.`,
        ja: `${name} のフィルタがパケットを通す。`,
      },
      before: packet,
      evidence: joined(deeds),
      basis: this.#basisOf(hook, deeds),
      at: this.#sighting?.at,
    });
    return undefined;
  }

  #refused(hook: Hook, { steps, verdict }: Outcome, packet: Packet): Progress {
    const { journey, node } = this.#parts;
    const seen = this.#sighting?.hooks.get(hook);
    const isRefusal = ({ kind }: Deed) => kind === 'drop' || kind === 'reject';
    const isSeen = seen?.some(isRefusal) ?? false;
    const deeds = seen && isSeen ? seen : deedsOfSteps(steps, node);
    const refusing = deeds.find(isRefusal);
    const chain = refusing ? `${refusing.table} ${refusing.chain}` : hook.toUpperCase();
    const text = refusing?.evidence.flatMap(({ lines }) => lines).join(' ') ?? '';
    const word = refusing?.kind ?? verdict;
    const rejects = word === 'reject';
    const stop: Stop = {
      cause: 'dropped-by-rule',
      sentence: {
        en: `${chain} on ${node.name} ${rejects ? 'refuses' : 'drops'} the packet: ${refusing?.comment || text}`,
        ja: `${node.name} の ${chain} がパケットを${rejects ? '拒否する' : '捨てる'}: ${refusing?.comment || text}`,
      },
    };
    journey.trail.pass({
      machine: node.name,
      place: { kind: 'chain', name: chain },
      layer: 'kernel',
      sentence: stop.sentence,
      before: packet,
      evidence: joined(deeds),
      basis: this.#basisOf(hook, isSeen ? deeds : []),
      at: this.#sighting?.at,
    });
    return { kind: 'stopped', stop, observed: isSeen };
  }

  #postroute(flow: Flow, packet: Packet): Packet {
    const { rules, node, journey } = this.#parts;
    const [taken] = passHook(rules, 'postrouting', flow, this.#around);
    if (!taken) return packet;
    const own = taken.flow.masqueraded ? addressOf(node, flow.outInterface) : undefined;
    // the trace alone does not tell the new source: conntrack does
    const seen = this.#sighting?.tracked.length ? this.#sighting.left : undefined;
    const predicted = own === undefined ? packet : { ...packet, source: own, sourcePort: null };
    if (seen) journey.differences.push(...compareSource(node.name, predicted.source, seen));
    const after = seen ? { ...packet, source: seen.source, sourcePort: seen.sourcePort } : predicted;
    const deeds = (this.#sighting?.hooks.get('postrouting') ?? deedsOfSteps(taken.steps, node)).filter(
      ({ kind }) => kind === 'masquerade',
    );
    const common = { machine: node.name, before: packet, after, branches: [], basis: this.#basisOf('postrouting') };
    for (const hop of translationHops(deeds, { ...common, at: this.#sighting?.at ?? null })) {
      journey.trail.pass({ ...hop, evidence: [...(hop.evidence ?? []), ...(this.#sighting?.tracked ?? [])] });
    }
    return after;
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
        ja: `経路表により ${packet.destination} は ${device}${via} へ (${route.destination})。`,
      },
      before: packet,
      evidence: evidenceOf(node.routes, route.destination),
      seed: seed.routes,
      basis: read.routes,
      at: this.#sighting?.at,
    });
  }

  #noRoute(packet: Packet): Progress {
    const { name } = this.#parts.node;
    const sentence = {
      en: `${name} has no route to ${packet.destination}.`,
      ja: `${name} に ${packet.destination} への経路がない。`,
    };
    return { kind: 'stopped', stop: { cause: 'no-route', sentence }, observed: false };
  }

  #crossed(packet: Packet, kind: 'at-node'): Progress {
    const { journey, node, device, packet: came } = this.#parts;
    journey.crossed.push({ node: node.name, device, came, went: packet, sighting: this.#sighting });
    return { kind, node: node.name, packet };
  }

  #warn({ unjudged }: Outcome): void {
    for (const { text } of unjudged) {
      this.#parts.journey.warnings.push({
        kind: 'rule',
        text: {
          en: `A rule of ${this.#parts.node.name} that Hoplab cannot judge was passed by: ${text}`,
          ja: `${this.#parts.node.name} の規則を Hoplab は判定できず、素通りしたものとした: ${text}`,
        },
      });
    }
  }
}

function joined(deeds: readonly Deed[]): Deed['evidence'] {
  const [first] = deeds.flatMap(({ evidence }) => evidence);
  return first ? [{ ...first, lines: deeds.flatMap(({ evidence }) => evidence.flatMap(({ lines }) => lines)) }] : [];
}

function branchesOf(outcomes: readonly Outcome[], taken: Outcome, { journey }: Parts): Branch[] {
  const pods = journey.facts.cluster.pods?.value ?? [];
  return outcomes
    .filter(({ flow }) => flow.dnatted)
    .map((outcome) => {
      const pod = pods.find(({ address, hostNetwork }) => address === outcome.flow.destination && !hostNetwork);
      return {
        endpoint: destinationOf(outcome.flow),
        probability: outcome.probability,
        node: pod?.node ?? null,
        pod: pod ? `${pod.namespace}/${pod.name}` : null,
        taken: outcome === taken,
      };
    });
}
