import type { Pod } from '../cluster/pods.ts';
import type { Basis, Branch, Packet } from '../contract/path.ts';
import type { Flow, Surroundings } from '../netfilter/matching.ts';
import { passHook, type Outcome } from '../netfilter/pass-hook.ts';
import { virtualServerOf, waysOf } from '../netfilter/virtual-servers.ts';
import type { Hook } from '../netfilter/ruleset.ts';
import type { AtNode, Balanced, NodeRules, Refusal, Ruled } from './account.ts';
import { deedsOfSteps, isTranslation, type Deed } from './deed.ts';
import { addressOf, ownAddresses } from './node-network.ts';
import { destinationOf, flowOf } from './packet.ts';
import { joined, quoted, type Quote } from './path-facts.ts';
import type { Ground } from './trail.ts';

/** What the rules of a node predict of a packet. Of several ways the likeliest, of equals the first. */
export class PredictedRules implements NodeRules {
  readonly #at: AtNode;
  readonly #pods: readonly Pod[];
  readonly #basis: Extract<Basis, { kind: 'predicted' }>;
  readonly #around: Omit<Surroundings, 'set' | 'ipSet'>;

  constructor(at: AtNode, pods: readonly Pod[], basis: Extract<Basis, { kind: 'predicted' }>) {
    this.#at = at;
    this.#pods = pods;
    this.#basis = basis;
    this.#around = { own: ownAddresses(at.node), remembered: at.node.remembered?.value ?? new Map() };
  }

  /** @param told how it is known to have left the node, or by which chains it went: of the ways, the one that leads there */
  prerouting(told?: { left: Packet | undefined; chains: readonly string[] }): Ruled & {
    readonly endpoints: readonly string[];
  } {
    const { packet, device } = this.#at;
    const outcomes = this.#pass('prerouting', flowOf(packet, device));
    const { left, chains = [] } = told ?? {};
    const seen =
      outcomes.find(({ flow }) => left && destinationOf(flow) === destinationOf(left)) ??
      outcomes.find(({ steps }) => steps.some(({ chain }) => chains.includes(chain)));
    const taken = seen ?? likeliest(outcomes, flowOf(packet, device));
    const { destination, destinationPort, dnatted } = taken.flow;
    return {
      ...this.#ruled('prerouting', taken, { ...packet, destination, destinationPort }, isTranslation),
      branches: dnatted ? branchesOf(outcomes, taken, this.#pods) : [],
      endpoints: outcomes.map(({ flow }) => destinationOf(flow)),
    };
  }

  filter(hook: 'input' | 'forward' | 'output', flow: Flow, packet: Packet): Ruled {
    return this.#ruled(hook, likeliest(this.#pass(hook, flow), flow), packet, () => false);
  }

  /** @param left how it is known to have left the node */
  balance(flow: Flow, packet: Packet, left?: Packet): Balanced | undefined {
    const { ipvs } = this.#at.node;
    const server = ipvs && virtualServerOf(ipvs.value, flow);
    if (!server) return undefined;
    const ways = waysOf(ipvs.value, server, flow.source);
    const known = ways.find((way) => left && way.server.endpoint === destinationOf(left));
    const [likeliest] = [...ways].sort((one, other) => other.probability - one.probability);
    const taken = known ?? likeliest;
    return {
      server,
      taken: taken && {
        forward: taken.server.forward,
        remembered: taken.remembered,
        ...sentTo(taken.server.endpoint, flow, packet),
      },
      branches: ways.map((way) => branchTo(way.server.endpoint, way.probability, way === taken, this.#pods)),
      ground: this.#ground([quoted(ipvs, taken?.lines ?? [server.text, ...server.servers.map(({ text }) => text)])]),
    };
  }

  postrouting(flow: Flow, packet: Packet): Ruled {
    const taken = likeliest(this.#pass('postrouting', flow), flow);
    const own = taken.flow.masqueraded ? addressOf(this.#at.node, flow.outInterface) : undefined;
    const after = own === undefined ? packet : { ...packet, source: own, sourcePort: null };
    return this.#ruled('postrouting', taken, after, ({ kind }) => kind === 'masquerade');
  }

  #pass(hook: Hook, flow: Flow): readonly Outcome[] {
    return passHook(this.#at.rules, hook, flow, this.#around);
  }

  #ruled(hook: Hook, taken: Outcome, packet: Packet, translates: (deed: Deed) => boolean): Ruled {
    const { flow, steps, unjudged, verdict } = taken;
    const deeds = deedsOfSteps(steps, this.#at.node);
    const ground = this.#ground(joined(deeds.flatMap(({ evidence }) => evidence)));
    const refusal = verdict === 'accept' ? undefined : { ...refusalBy(deeds, hook, verdict), ground, told: [] };
    const translations = deeds.filter(translates).map((deed) => ({ ...deed, ground: this.#ground(deed.evidence) }));
    return { flow, packet, translations, branches: [], ground, refusal, unjudged };
  }

  #ground(evidence: readonly Quote[]): Ground {
    return { basis: this.#basis, evidence };
  }
}

export function isRefusal({ kind }: Pick<Deed, 'kind'>): boolean {
  return kind === 'drop' || kind === 'reject';
}

/** The deed that takes a packet out of a hook; without one its policy does. */
export function refusalBy(
  deeds: readonly Deed[],
  hook: Hook,
  verdict: Refusal['kind'],
): Pick<Refusal, 'kind' | 'chain' | 'rule'> {
  const refusing = deeds.find(isRefusal);
  if (!refusing) return { kind: verdict, chain: hook.toUpperCase(), rule: '' };
  const { table, chain, kind, comment, evidence } = refusing;
  const rule = comment || evidence.flatMap(({ lines }) => lines).join(' ');
  return { kind: kind === 'reject' ? kind : 'drop', chain: `${table} ${chain}`, rule };
}

function likeliest(outcomes: readonly Outcome[], flow: Flow): Outcome {
  const [first] = [...outcomes].sort((one, other) => other.probability - one.probability);
  return first ?? { probability: 1, flow, verdict: 'accept', steps: [], unjudged: [] };
}

function branchesOf(outcomes: readonly Outcome[], taken: Outcome, pods: readonly Pod[]): readonly Branch[] {
  return outcomes
    .filter(({ flow }) => flow.dnatted)
    .map((outcome) => branchTo(destinationOf(outcome.flow), outcome.probability, outcome === taken, pods));
}

function branchTo(endpoint: string, probability: number, taken: boolean, pods: readonly Pod[]): Branch {
  const [destination] = endpoint.split(':');
  const pod = pods.find(({ address, hostNetwork }) => address === destination && !hostNetwork);
  return { endpoint, probability, node: pod?.node ?? null, pod: pod ? `${pod.namespace}/${pod.name}` : null, taken };
}

/** A packet whose destination IPVS has rewritten: the machine sends it on as if it were its own. */
export function sentTo(endpoint: string, flow: Flow, packet: Packet): { readonly flow: Flow; readonly packet: Packet } {
  const [destination = '', port] = endpoint.split(':');
  const to = { destination, destinationPort: Number(port) };
  return { flow: { ...flow, ...to, inInterface: '', dnatted: true }, packet: { ...packet, ...to } };
}
