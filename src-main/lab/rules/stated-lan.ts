import { isLanSize } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { addressNumber, holds, networkText, parseCidr } from '../ipv4.ts';
import type { Rule } from './rule.ts';

/** A LAN that the file states is the network itself, as big as a LAN, and every node is on it. */
export const statedLan: Rule = ({ statedLan: lan, nodes }) => {
  if (!lan) return [];
  const network = parseCidr(lan.value);
  const text = networkText(network);
  const finding = (en: string, ja: string, remedy: Finding['remedy']): Finding => ({
    path: lan.path,
    text: { en, ja },
    remedy,
  });
  if (!isLanSize(network)) {
    return [
      finding(`${lan.value} is no LAN that Hoplab can use.`, `${lan.value} は Hoplab が使える LAN ではありません。`, {
        en: 'Write a network from /16 to /30, for example 192.168.2.0/23.',
        ja: '192.168.2.0/23 のように、/16 から /30 までのネットワークを書いてください。',
      }),
    ];
  }
  if (text !== lan.value) {
    const remedy = { en: `Write ${text}.`, ja: `${text} と書いてください。` };
    return [
      finding(`${lan.value} is an address in a network.`, `${lan.value} はネットワークの中のアドレスです。`, remedy),
    ];
  }
  return nodes.flatMap(({ address }) => {
    if (!address || holds(network, addressNumber(address.value))) return [];
    const remedy = {
      en: 'Put all nodes on the LAN, or state the LAN that holds them all.',
      ja: 'すべてのノードを LAN に置くか、すべてを含む LAN を lan に書いてください。',
    };
    const said = {
      en: `${address.value} is not on the LAN ${text}.`,
      ja: `${address.value} は LAN ${text} にありません。`,
    };
    return [{ path: address.path, text: said, remedy }];
  });
};
