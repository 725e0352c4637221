import type { Difference, Packet } from '../contract/path.ts';
import type { Flow } from '../netfilter/matching.ts';
import type { Hook } from '../netfilter/ruleset.ts';
import type { GroundedDeed, NodeRules, Ruled } from './account.ts';
import { compareSource, compareTranslation } from './compare.ts';
import { isTranslation, type ToldDeed } from './deed.ts';
import { isRefusal, refusalBy, type ForetoldRules } from './foretold-rules.ts';
import { destinationOf } from './packet.ts';
import { joined } from './path-facts.ts';
import { shownBy, type Ground } from './trail.ts';
import type { Sighting } from './witness.ts';

/** What the kernel of a node told of its rules and a packet; of a hook of which it told nothing, what is foretold. */
export class ToldRules implements NodeRules {
  readonly #node: string;
  readonly #foretold: ForetoldRules;
  readonly #sighting: Sighting;
  readonly #differences: Difference[];

  /** @param differences where those to what is foretold are put */
  constructor(
    node: string,
    { foretold, sighting, differences }: { foretold: ForetoldRules; sighting: Sighting; differences: Difference[] },
  ) {
    this.#node = node;
    this.#foretold = foretold;
    this.#sighting = sighting;
    this.#differences = differences;
  }

  /** Rules that were read may be older than the request: where the packet went the kernel says. */
  prerouting(): Ruled {
    const { left } = this.#sighting;
    const foretold = this.#foretold.prerouting(left);
    const translations = this.#translations('prerouting', isTranslation) ?? foretold.translations;
    this.#differences.push(...compareTranslation(this.#node, { ...foretold, told: translations }, this.#sighting));
    const ruled = this.#told('prerouting', { ...foretold, translations });
    if (!left || foretold.endpoints.includes(destinationOf(left))) return ruled;
    const { destination, destinationPort } = left;
    return {
      ...ruled,
      flow: { ...ruled.flow, destination, destinationPort: destinationPort ?? 0, dnatted: true },
      packet: { ...ruled.packet, destination, destinationPort },
      branches: ruled.branches.map((branch) => ({ ...branch, taken: false })),
    };
  }

  filter(hook: 'input' | 'forward', flow: Flow, packet: Packet): Ruled {
    const deeds = this.#deeds(hook).filter((deed) => !isTranslation(deed));
    const foretold = this.#foretold.filter(hook, flow, packet);
    return { ...this.#told(hook, foretold), ground: groundOf(deeds, foretold.ground) };
  }

  /** The trace alone does not tell the new source: conntrack does. */
  postrouting(flow: Flow, packet: Packet): Ruled {
    const foretold = this.#foretold.postrouting(flow, packet);
    const { left, tracked } = this.#sighting;
    const translations =
      this.#translations('postrouting', ({ kind }) => kind === 'masquerade') ?? foretold.translations;
    if (!left || tracked.length === 0) return { ...foretold, translations };
    this.#differences.push(...compareSource(this.#node, foretold.packet.source, left));
    const { source, sourcePort } = left;
    return { ...foretold, translations, packet: { ...packet, source, sourcePort } };
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

  #told(hook: Hook, foretold: Ruled): Ruled {
    const deeds = this.#deeds(hook);
    if (!deeds.some(isRefusal)) return foretold;
    const ground = groundOf(deeds, foretold.ground);
    const told = joined(deeds.filter(isRefusal).flatMap(({ evidence }) => evidence));
    return { ...foretold, refusal: { ...refusalBy(deeds, hook, 'drop'), ground, told } };
  }
}

function groundOf(deeds: readonly ToldDeed[], foretold: Ground): Ground {
  return shownBy(joined(deeds.flatMap(({ evidence }) => evidence)), foretold);
}
