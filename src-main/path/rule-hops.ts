import type { Branch, Hop, Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { GroundedDeed } from './account.ts';
import { isEndpointChain, type Deed } from './deed.ts';
import { destinationOf } from './packet.ts';
import { seed } from './seed.ts';
import type { Passed } from './trail.ts';

/** What the hops of address translation have in common. */
interface Translation {
  readonly machine: string;
  readonly before: Packet;
  readonly after: Packet;
  readonly branches: readonly Branch[];
  readonly at: number | null;
}

/** One hop for each deed of translation. The endpoints stand at the rule that chooses one of them. */
export function translationHops(deeds: readonly GroundedDeed[], translation: Translation): readonly Passed[] {
  const chooser =
    deeds.find(({ kind, to }) => kind === 'jump' && isEndpointChain(to)) ?? deeds.find(({ kind }) => kind === 'dnat');
  return deeds
    .filter(({ kind }) => kind !== 'return' && kind !== 'other' && kind !== 'accept')
    .map((deed): Passed => {
      const { machine, before, after, branches, at } = translation;
      const translates = deed.kind === 'dnat' || deed.kind === 'masquerade';
      return {
        machine,
        place: { kind: 'chain', name: `${deed.table} ${deed.chain}` },
        layer: 'kernel',
        sentence: sentenceOf(deed, after, deed === chooser ? branches : []),
        before,
        after: translates ? after : before,
        branches: deed === chooser ? branches : [],
        seed: passageOf(deed, deed === chooser),
        at,
        ...deed.ground,
      };
    });
}

function passageOf(deed: Deed, chooses: boolean): Hop['seed'] {
  if (deed.kind === 'masquerade' || deed.kind === 'mark') return null;
  if (deed.kind === 'dnat') return chooses ? seed.choosesAndTranslates : seed.translates;
  if (chooses) return seed.chooses;
  if (/^(?:PREROUTING|OUTPUT|nat-prerouting|nat-output)$/.test(deed.chain)) return seed.enters;
  return /^(?:KUBE-SERVICES|KUBE-NODEPORTS|services)$/.test(deed.chain) ? seed.services : null;
}

function sentenceOf(deed: Deed, after: Packet, branches: readonly Branch[]): Text {
  const { kind, chain, to } = deed;
  const endpoint = destinationOf(after);
  switch (kind) {
    case 'jump':
      return branches.length > 0 ? choice(chain, branches) : jump(deed);
    case 'mark':
      return {
        en: `${chain} marks the packet for masquerading, so that the response returns through this node.`,
        ja: `${chain} がパケットにマスカレードの印を付ける。応答がこのノードに戻るようにするため。`,
      };
    case 'dnat': {
      const chosen = branches.length > 1 ? choice(chain, branches) : { en: '', ja: '' };
      return {
        en: `${chosen.en} ${chain} rewrites the destination to ${endpoint} (DNAT).`.trim(),
        ja: `${chosen.ja}${chain} が宛先を ${endpoint} に書き換える (DNAT)。`,
      };
    }
    case 'masquerade':
      return {
        en: `${chain} rewrites the source to ${after.source}, an address of this node (masquerade).`,
        ja: `${chain} が送信元をこのノードのアドレス ${after.source} に書き換える (マスカレード)。`,
      };
    case 'drop':
    case 'reject':
    case 'accept':
    case 'return':
    case 'other':
      return { en: `${chain}: ${kind} ${to}`.trim(), ja: `${chain}: ${kind} ${to}`.trim() };
  }
}

function jump({ chain, to, comment }: Deed): Text {
  const note = comment === '' ? '' : ` (${comment})`;
  return { en: `${chain} jumps to ${to}${note}.`, ja: `${chain} から ${to} へジャンプする${note}。` };
}

function choice(chain: string, branches: readonly Branch[]): Text {
  const taken = branches.find((branch) => branch.taken);
  const share = `${((taken?.probability ?? 0) * 100).toFixed(0)} %`;
  if (branches.length === 1) {
    return {
      en: `${chain} has one endpoint: ${taken?.endpoint ?? ''}.`,
      ja: `${chain} のエンドポイントは 1 つ: ${taken?.endpoint ?? ''}。`,
    };
  }
  return {
    en: `${chain} picks one of ${branches.length} endpoints at random: ${taken?.endpoint ?? ''} (${share}).`,
    ja: `${chain} が ${branches.length} 個のエンドポイントから確率で 1 つ選ぶ: ${taken?.endpoint ?? ''} (${share})。`,
  };
}
