import { readArpAnswer, type ArpAnswer } from '../client/arp-answer.ts';
import { verbatim, type Text } from '../contract/text.ts';
import { spareAddress } from '../lab/spare-address.ts';
import { passedIf, type Check, type Question } from './check.ts';
import { clusterIsThere } from './cluster-is-there.ts';

export const addressesAreFree: Check = {
  id: 'addresses-are-free',
  sentence: {
    en: 'The load balancer addresses are unused on the LAN, and no node address is used twice',
    ja: 'ロードバランサー用のアドレスが LAN で使われておらず、ノードのアドレスも重複していない',
  },
  on: 'client',
  patience: 5_000, // on a busy LAN one answer may be missing
  async ask(question) {
    const { lab } = question;
    if (await clusterIsThere(question)) {
      return {
        status: 'not-applicable',
        reason: {
          en: 'The nodes already run a cluster, which may hold the VIP itself.',
          ja: 'ノードにクラスターがすでにあり、VIP を自ら持っている可能性がある。',
        },
      };
    }
    const wanted = [lab.loadBalancer.vip, spareAddress(lab) ?? lab.loadBalancer.vip];
    const [free, nodes] = await Promise.all([
      askEach(question, [...new Set(wanted)]),
      askEach(
        question,
        lab.nodes.map(({ address }) => address),
      ),
    ]);
    const unknown = [...free, ...nodes].filter(({ asked, macs }) => !asked && macs.length === 0);
    const taken = [...free.filter(({ macs }) => macs.length > 0), ...nodes.filter(({ macs }) => macs.length > 1)];
    return {
      status: passedIf(unknown.length + taken.length === 0),
      expected: {
        en: `no ARP reply for ${free.map(({ address }) => address).join(', ')}; one MAC address for each node`,
        ja: `${free.map(({ address }) => address).join('、')} への ARP に応答なし。ノードは 1 台に 1 つの MAC アドレス`,
      },
      actual: told(taken, unknown),
      meaning: {
        en: 'With an address that a machine or the router already uses, requests would go to the wrong machine.',
        ja: 'ほかのマシンやルーターが持つアドレスを使うと、リクエストが別のマシンに届いてしまう。',
      },
      remedy: taken.length === 0 ? CANNOT_ASK : TAKEN,
    };
  },
};

const TAKEN: Text = {
  en: "Choose another loadBalancer.vip and pool, outside the router's DHCP range; change the address of a node that is used twice.",
  ja: 'ルーターの DHCP 範囲の外で、別の loadBalancer.vip とプールを選んでください。重複しているノードのアドレスは変えてください。',
};

const CANNOT_ASK: Text = {
  en: "No ARP request could be sent. Install arping on the client (Debian, Ubuntu: iputils-arping; Fedora: iputils), and make sure the client is on the nodes' LAN (`ip route get ADDRESS`).",
  ja: 'ARP を送れませんでした。クライアントに arping を入れ (Debian・Ubuntu: iputils-arping、Fedora: iputils)、ノードと同じ LAN にいるか確かめてください (`ip route get アドレス`)。',
};

function askEach(question: Question, addresses: readonly string[]): Promise<ArpAnswer[]> {
  const { client } = question;
  return Promise.all(
    addresses.map(async (address) => {
      const { stdout } = await question.run(client.askArp(address), { sudo: client.platform === 'linux' });
      return readArpAnswer(client, address, stdout);
    }),
  );
}

function told(taken: readonly ArpAnswer[], unknown: readonly ArpAnswer[]): Text {
  if (taken.length > 0) return verbatim(taken.map(({ address, macs }) => `${address}: ${macs.join(', ')}`).join('; '));
  if (unknown.length === 0) return { en: 'no answer', ja: '応答なし' };
  const addresses = unknown.map(({ address }) => address).join(', ');
  return { en: `not asked: ${addresses}`, ja: `問い合わせできない: ${addresses}` };
}
