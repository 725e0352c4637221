import type { Text } from '../contract/text.ts';

/* What is said where a node's rules tell nothing. */

export const IPVS: Text = {
  en: 'kube-proxy uses ipvs here. Hoplab does not read ipvs tables: from this node on, the path is unknown.',
  ja: 'ここの kube-proxy は ipvs モードです。Hoplab はその表を読まないので、このノードから先のパスは分かりません。',
};

export const UNTOLD: Text = {
  en: 'The kernel saw the packet here and reports no rule: there is none, or it belongs to legacy iptables.',
  ja: 'カーネルはここでパケットを見たが、ルールについては何も伝えない。ルールがないか、legacy iptables のルールである。',
};
