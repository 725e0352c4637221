import type { Text } from '../contract/text.ts';

/* What is said where a node's rules tell nothing. */

export const IPVS: Text = {
  en: 'kube-proxy works with ipvs here. Hoplab does not read its tables: from this node on the path is not known.',
  ja: 'ここの kube-proxy は ipvs モードです。Hoplab はその表を読まないので、このノードから先の経路は分かりません。',
};

export const UNTOLD: Text = {
  en: 'The kernel saw the packet here and tells of no rule at this place: there is none, or it is one of legacy iptables.',
  ja: 'カーネルはここでパケットを見たが、規則については何も伝えない。規則がないか、legacy iptables の規則である。',
};
