import type { Difference, Packet } from '../contract/path.ts';
import type { Flow } from '../netfilter/matching.ts';
import type { Hook } from '../netfilter/ruleset.ts';
import type { Balanced, GroundedDeed, NodeRules, Ruled } from './account.ts';
import { compareRealServer, compareSource, compareTranslation } from './compare.ts';
import { isEndpointChain, isTranslation, type ToldDeed } from './deed.ts';
import { isRefusal, refusalBy, sentTo, type PredictedRules } from './predicted-rules.ts';
import { destinationOf } from './packet.ts';
import { joined } from './path-facts.ts';
import { shownBy, type Ground } from './trail.ts';
import type { Sighting } from './witness.ts';

/** What the kernel of a node told of its rules and a packet; of a hook of which it told nothing, what is predicted. */
export class ObservedRules implements NodeRules {
  readonly #node: string;
  readonly #predicted: PredictedRules;
  readonly #sighting: Sighting;
  readonly #differences: Difference[];

  /** @param differences where those to what is predicted are put */
  constructor(
    node: string,
    { predicted, sighting, differences }: { predicted: PredictedRules; sighting: Sighting; differences: Difference[] },
  ) {
    this.#node = node;
    this.#predicted = predicted;
    this.#sighting = sighting;
    this.#differences = differences;
  }

  /** Rules that were read may be older than the request: where the packet went the kernel says. */
  prerouting(): Ruled {
    const { left, tracked } = this.#sighting;
    const chains = this.#deeds('prerouting').flatMap(({ to }) => (isEndpointChain(to) ? [to] : []));
    const predicted = this.#predicted.prerouting({ left, chains });
    const translations = this.#translations('prerouting', isTranslation) ?? predicted.translations;
    const later = this.#predicted.balance(predicted.flow, predicted.packet) !== undefined; // IPVS gives it its destination
    const sighting = later ? { ...this.#sighting, left: undefined } : this.#sighting;
    this.#differences.push(...compareTranslation(this.#node, { ...predicted, told: translations }, sighting));
    const ruled = this.#told('prerouting', { ...predicted, translations });
    // without conntrack's word it is how the trace last saw it, which may be before it was translated
    if (later || !left || tracked.length === 0 || predicted.endpoints.includes(destinationOf(left))) return ruled;
    const { destination, destinationPort } = left;
    return {
      ...ruled,
      flow: {
        ...ruled.flow,
        destination,
        destinationPort: destinationPort ?? 0,
        dnatted: destinationOf(left) !== destinationOf(this.#sighting.packet),
      },
      packet: { ...ruled.packet, destination, destinationPort },
      branches: ruled.branches.map((branch) => ({ ...branch, taken: false })),
    };
  }

  filter(hook: 'input' | 'forward' | 'output', flow: Flow, packet: Packet): Ruled {
    const deeds = this.#deeds(hook).filter((deed) => !isTranslation(deed));
    const predicted = this.#predicted.filter(hook, flow, packet);
    return { ...this.#told(hook, predicted), ground: groundOf(deeds, predicted.ground) };
  }

  /** Which real server it was conntrack says alone: IPVS reports nothing. */
  balance(flow: Flow, packet: Packet): Balanced | undefined {
    const { left, tracked } = this.#sighting;
    const predicted = this.#predicted.balance(flow, packet, left);
    if (!predicted || !left || tracked.length === 0 || destinationOf(left) === destinationOf(packet)) return predicted;
    const endpoint = destinationOf(left);
    this.#differences.push(...compareRealServer(this.#node, predicted.branches, endpoint));
    return {
      ...predicted,
      taken: {
        forward: predicted.taken?.forward ?? 'Masq',
        remembered: predicted.taken?.remembered === true && destinationOf(predicted.taken.packet) === endpoint,
        ...sentTo(endpoint, flow, packet),
      },
      branches: predicted.branches.map((branch) => ({ ...branch, taken: branch.endpoint === endpoint })),
      ground: shownBy(tracked, predicted.ground),
    };
  }

  /** The trace alone does not tell the new source: conntrack does. */
  postrouting(flow: Flow, packet: Packet): Ruled {
    const predicted = this.#predicted.postrouting(flow, packet);
    const { left, tracked } = this.#sighting;
    const translations =
      this.#translations('postrouting', ({ kind }) => kind === 'masquerade') ?? predicted.translations;
    if (!left || tracked.length === 0) return { ...predicted, translations };
    this.#differences.push(...compareSource(this.#node, predicted.packet.source, left));
    const { source, sourcePort } = left;
    return { ...predicted, translations, packet: { ...packet, source, sourcePort } };
  }

  #deeds(hook: Hook): readonly ToldDeed[] {
    return this.#sighting.hooks.get(hook) ?? [];
  }

  /** Undefined: nothing was told of the hook. The new addresses are in no line of iptables' rules: how the packet left says them. */
  #translations(hook: Hook, translates: (deed: ToldDeed) => boolean): readonly GroundedDeed[] | undefined {
    const isIt = ({ kind }: ToldDeed) => kind === 'dnat' || kind === 'masquerade';
    const { hooks, leaving } = this.#sighting;
    return hooks
      .get(hook)
      ?.filter(translates)
      .map((deed) => ({ ...deed, ground: shownBy([...deed.evidence, ...(isIt(deed) ? leaving : [])]) }));
  }

  #told(hook: Hook, predicted: Ruled): Ruled {
    const deeds = this.#deeds(hook);
    if (!deeds.some(isRefusal)) return predicted;
    const ground = groundOf(deeds, predicted.ground);
    const told = joined(deeds.filter(isRefusal).flatMap(({ evidence }) => evidence));
    return { ...predicted, refusal: { ...refusalBy(deeds, hook, 'drop'), ground, told } };
  }
}

function groundOf(deeds: readonly ToldDeed[], predicted: Ground): Ground {
  return shownBy(joined(deeds.flatMap(({ evidence }) => evidence)), predicted);
}
