import type { Text } from '../contract/text.ts';

/* What is said where a node's rules tell nothing. */

export function ipvsUnread(node: string): Text {
  return {
    en: `kube-proxy on ${node} uses ipvs, and the tables of IPVS could not be read: from this node on, the path is unknown.`,
    ja: `${node} の kube-proxy は ipvs モードだが、IPVS の表を読めなかった。このノードから先のパスは分からない。`,
  };
}

export const UNTOLD: Text = {
  en: 'The kernel saw the packet here and reports no rule: there is none, or it belongs to legacy iptables.',
  ja: 'カーネルはここでパケットを見たが、ルールについては何も伝えない。ルールがないか、legacy iptables のルールである。',
};
