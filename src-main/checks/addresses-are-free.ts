import { macsIn } from './mac-addresses.ts';
import { passedIf, verbatim, type Check } from './check.ts';
import { clusterIsThere } from './cluster-is-there.ts';

export const addressesAreFree: Check = {
  id: 'addresses-are-free',
  sentence: { en: 'Nobody on the LAN has the virtual IP yet', ja: '仮想 IP をまだ LAN 上の誰も使っていない' },
  on: 'client',
  async ask(question) {
    const { lab, client } = question;
    const { vip } = lab.loadBalancer;
    if (await clusterIsThere(question)) {
      return {
        status: 'not-applicable',
        reason: {
          en: 'The cluster is there: it may hold the VIP itself.',
          ja: 'クラスタがすでにあり、VIP を自ら持っている可能性がある。',
        },
      };
    }
    const { stdout } = await question.run(client.askArp(vip), { sudo: client.platform === 'linux' });
    const macs = macsIn(stdout);
    return {
      status: passedIf(macs.length === 0),
      expected: { en: `no answer to ARP for ${vip}`, ja: `${vip} への ARP に応答なし` },
      actual: macs.length === 0 ? { en: 'no answer', ja: '応答なし' } : verbatim(macs.join(', ')),
      meaning: {
        en: 'An address that a machine or the router has already would lead every second request to the wrong place.',
        ja: 'ほかのマシンやルーターが持つアドレスを使うと、リクエストが別の場所に届いてしまう。',
      },
      remedy: {
        en: "Choose another loadBalancer.vip and pool, outside the router's DHCP range.",
        ja: 'ルーターの DHCP 範囲の外で、別の loadBalancer.vip とプールを選んでください。',
      },
    };
  },
};
