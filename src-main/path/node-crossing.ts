import type { Basis, Branch, Packet } from '../contract/path.ts';
import type { Route } from '../facts/routes.ts';
import { compareSource, compareTranslation } from './compare.ts';
import { deedsOfSteps, isTranslation, type Deed, type ToldDeed } from './deed.ts';
import type { Journey, Progress } from './journey.ts';
import { leaveNode } from './leave-node.ts';
import { addressOf, lanDevice, modeOf, ownAddresses, routeFor } from './node-network.ts';
import { destinationOf, flowOf } from './packet.ts';
import { evidenceOf, joined, type NodeFacts } from './path-facts.ts';
import { translationHops } from './rule-hops.ts';
import type { Flow } from '../netfilter/matching.ts';
import { passHook, type Outcome } from '../netfilter/pass-hook.ts';
import type { Hook, Ruleset } from '../netfilter/ruleset.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import type { Stop } from './stops.ts';
import { shownBy, type Ground } from './trail.ts';
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

  /** Why rules are predicted: nobody saw the packet here, or the kernel tells of none, as it does of legacy iptables'. */
  get #unseen(): Extract<Basis, { kind: 'predicted' }> {
    const { journey, node } = this.#parts;
    const reason = this.#sighting ? UNTOLD : journey.witness?.blind(node.name);
    return reason ? { kind: 'predicted', reason } : journey.trail.predicted;
  }

  /** Deeds that the kernel told of; else those that the rules foretell. */
  #ground(seen: readonly ToldDeed[] | undefined, steps: Outcome['steps']): Ground {
    const evidence = joined(deedsOfSteps(steps, this.#parts.node).flatMap((deed) => deed.evidence));
    return shownBy(joined((seen ?? []).flatMap((deed) => deed.evidence)), { basis: this.#unseen, evidence });
  }

  #preroute(): { flow: Flow; packet: Packet; stopped?: Progress } {
    const { rules, packet, device, node, journey } = this.#parts;
    const outcomes = passHook(rules, 'prerouting', flowOf(packet, device), this.#around);
    const taken = this.#pick(outcomes);
    if (!taken) return { flow: flowOf(packet, device), packet };
    const { destination, destinationPort } = taken.flow;
    const after = { ...packet, destination, destinationPort };
    const foretold = deedsOfSteps(taken.steps, node);
    if (this.#sighting && !this.#sighting.continues) {
      journey.differences.push(...compareTranslation(node.name, outcomes, foretold, this.#sighting));
    }
    const branches = taken.flow.dnatted ? branchesOf(outcomes, taken, this.#parts) : [];
    const { name: machine } = node;
    const common = { machine, before: packet, after, branches, at: this.#sighting?.at ?? null };
    this.#translate(
      foretold.filter(isTranslation),
      this.#sighting?.hooks.get('prerouting')?.filter(isTranslation),
      common,
    );
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
      at: this.#sighting?.at,
      ...this.#ground(seen, taken.steps),
    });
    return undefined;
  }

  #refused(hook: Hook, { steps, verdict }: Outcome, packet: Packet): Progress {
    const { journey, node } = this.#parts;
    const seen = this.#sighting?.hooks.get(hook);
    const isRefusal = ({ kind }: Deed) => kind === 'drop' || kind === 'reject';
    const shown = seen?.some(isRefusal) ? seen : undefined;
    const refusing = (shown ?? deedsOfSteps(steps, node)).find(isRefusal);
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
      at: this.#sighting?.at,
      ...this.#ground(shown, steps),
    });
    return { kind: 'stopped', stop, told: joined((shown ?? []).filter(isRefusal).flatMap(({ evidence }) => evidence)) };
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
    const masquerades = ({ kind }: Deed) => kind === 'masquerade';
    const common = { machine: node.name, before: packet, after, branches: [], at: this.#sighting?.at ?? null };
    const foretold = deedsOfSteps(taken.steps, node).filter(masquerades);
    this.#translate(foretold, this.#sighting?.hooks.get('postrouting')?.filter(masquerades), common);
    return after;
  }

  /** The new addresses are in no line of the rules that iptables wrote: how the packet left says them. */
  #translate(
    foretold: readonly Deed[],
    seen: readonly ToldDeed[] | undefined,
    translation: Parameters<typeof translationHops>[1],
  ): void {
    const { leaving = [] } = this.#sighting ?? {};
    const isIt = ({ kind }: Deed) => kind === 'dnat' || kind === 'masquerade';
    const basis = this.#unseen;
    const hops = seen
      ? translationHops(seen, translation, (deed) => shownBy([...deed.evidence, ...(isIt(deed) ? leaving : [])]))
      : translationHops(foretold, translation, ({ evidence }) => ({ basis, evidence }));
    for (const hop of hops) this.#parts.journey.trail.pass(hop);
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
    return { kind: 'stopped', stop: { cause: 'no-route', sentence } };
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
