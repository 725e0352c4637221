import { verbatim, type Text } from '../contract/text.ts';
import { arpAnswer } from '../client/arp-answer.ts';
import { interfaces } from '../facts/interfaces.ts';
import { remedyOfSilence } from './announced-elsewhere.ts';
import { passedIf, type Check } from './check.ts';

export const oneArpAnswer: Check = {
  id: 'one-arp-answer',
  sentence: { en: 'Exactly one node answers ARP for the VIP', ja: 'VIP への ARP にちょうど 1 台のノードが応答する' },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { lab, client, machineName } = question;
    const { macs } = await question.readFresh(machineName, arpAnswer(client, lab.loadBalancer.vip));
    const owners = await Promise.all(
      lab.nodes.map(async ({ name }) =>
        (await question.read(name, interfaces)).some(({ mac }) => macs.includes(mac)) ? [name] : [],
      ),
    );
    const names = owners.flat();
    return {
      status: passedIf(macs.length === 1 && names.length === 1),
      expected: { en: 'one MAC address, that of a node', ja: 'ノードの MAC アドレス 1 つ' },
      actual: verbatim(`${macs.join(', ') || '—'}${names.length > 0 ? ` (${names.join(', ')})` : ''}`),
      meaning: {
        en: 'The LAN sends all packets for the VIP to this node: it is the current leader.',
        ja: 'LAN は VIP 宛のパケットをすべてこのノードに送る。今のリーダーである。',
      },
      remedy: macs.length === 0 ? await remedyOfSilence(question, USUAL) : USUAL,
    };
  },
};

const USUAL: Text = {
  en: 'No reply: no node announces the VIP (no ready pod, or the node is labeled exclude-from-external-load-balancers), or the VM network drops ARP. Several replies: another machine uses the address.',
  ja: '応答なし: どのノードも広告していない (Ready な Pod がない、exclude-from-external-load-balancers ラベル) か、VM のネットワークが ARP を破棄している。複数: 別のマシンが同じアドレスを持っている。',
};
