import type { Pod } from '../cluster/pods.ts';
import type { Basis, Branch, Packet } from '../contract/path.ts';
import type { Flow, Surroundings } from '../netfilter/matching.ts';
import { passHook, type Outcome } from '../netfilter/pass-hook.ts';
import type { Hook } from '../netfilter/ruleset.ts';
import type { AtNode, NodeRules, Refusal, Ruled } from './account.ts';
import { deedsOfSteps, isTranslation, type Deed } from './deed.ts';
import { addressOf, ownAddresses } from './node-network.ts';
import { destinationOf, flowOf } from './packet.ts';
import { joined, type Quote } from './path-facts.ts';
import type { Ground } from './trail.ts';

/** What the rules of a node predict of a packet. Of several ways the likeliest, of equals the first. */
export class PredictedRules implements NodeRules {
  readonly #at: AtNode;
  readonly #pods: readonly Pod[];
  readonly #basis: Extract<Basis, { kind: 'predicted' }>;
  readonly #around: Omit<Surroundings, 'set'>;

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

  filter(hook: 'input' | 'forward', flow: Flow, packet: Packet): Ruled {
    return this.#ruled(hook, likeliest(this.#pass(hook, flow), flow), packet, () => false);
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
