import { verbatim, type Text } from '../contract/text.ts';
import { arpAnswer } from '../client/arp-answer.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { Evidence } from '../contract/events.ts';
import { interfaces } from '../facts/interfaces.ts';
import { controlPlane } from '../lab/lab.ts';
import { firstEnvironment, loadBalancerName } from '../lab/object-names.ts';
import { gatewayHoldsVip } from '../cluster/vip.ts';
import { gatewayServiceName } from '../lab/object-names.ts';
import { remedyOfSilence } from './announced-elsewhere.ts';
import { passedIf, type Check, type Question } from './check.ts';

export const leaderIsAnnounced: Check = {
  id: 'leader-is-announced',
  sentence: {
    en: 'MetalLB reports the node that answers ARP as the leader (ServiceL2Status)',
    ja: 'MetalLB がリーダーとして挙げるノード (ServiceL2Status) が ARP に応答するノードと一致する',
  },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { lab, client, machineName } = question;
    const [status, arp] = await Promise.all([
      askLeader(question),
      question.readFresh(machineName, arpAnswer(client, lab.loadBalancer.vip)),
    ]);
    const leaders = status.stdout.split(' ').filter(Boolean);
    const leader = lab.nodes.find(({ name }) => name === leaders[0]);
    const macs = leader ? (await question.read(leader.name, interfaces)).map(({ mac }) => mac) : [];
    const answered = arp.macs;
    return {
      status: passedIf(leaders.length === 1 && answered.length === 1 && answered.every((mac) => macs.includes(mac))),
      expected: { en: 'one leader, and its MAC address answers', ja: 'リーダーが 1 台で、その MAC アドレスが応答する' },
      actual: verbatim(`ServiceL2Status: ${leaders.join(', ') || '—'}; ARP: ${answered.join(', ') || '—'}`),
      meaning: {
        en: "MetalLB's status and the ARP replies on the LAN agree.",
        ja: 'MetalLB の状態と LAN での ARP の応答が一致している。',
      },
      remedy: answered.length === 0 ? await remedyOfSilence(question, USUAL) : USUAL,
    };
  },
};

async function askLeader(question: Question): Promise<Evidence> {
  const { lab } = question;
  const service = (await gatewayHoldsVip(question)) ? gatewayServiceName(lab) : loadBalancerName(lab);
  const selector = `metallb.io/service-name=${service},metallb.io/service-namespace=${firstEnvironment(lab).name}`;
  return question.run(
    kubectl`-n metallb-system get servicel2statuses -l ${selector} -o ${'jsonpath={.items[*].status.node}'}`,
    { sudo: true, machine: controlPlane(lab).name },
  );
}

const USUAL: Text = {
  en: 'See `kubectl -n metallb-system logs ds/speaker`; just after a failover the two may differ for some seconds.',
  ja: '`kubectl -n metallb-system logs ds/speaker` を見てください。フェイルオーバー直後は数秒ずれることがあります。',
};
