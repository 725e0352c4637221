import type { Text } from '../../src-main/contract/text.ts';

/** The rules of a Service in each mode of kube-proxy. */
export const rulesTexts = {
  open: { en: 'Its rules in each mode of kube-proxy', ja: 'kube-proxy のモードごとのルール' },
  title: (service: string) => ({ en: `Rules of ${service}`, ja: `${service} のルール` }),
  about: (node: string) => ({
    en: `What leads packets to this Service in the kernel of ${node}. Rules that all Services share are left out.`,
    ja: `${node} のカーネルでこの Service にパケットを導くもの。すべての Service に共通のルールは除いています。`,
  }),
  lines: (count: number): Text => ({ en: count === 1 ? '1 line' : `${count} lines`, ja: `${count} 行` }),
  now: { en: 'now', ja: '現在' },
  none: { en: 'Nothing for this Service.', ja: 'この Service のものはありません。' },
  notSeen: (mode: string) => ({
    en: `Not read yet. When kube-proxy is switched to ${mode}, what is here now stays beside it.`,
    ja: `まだ読んでいません。kube-proxy のモードを ${mode} に切り替えると、今のルールと並べて表示します。`,
  }),
};
