import { verbatim } from '../contract/text.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { passedIf, type Check } from './check.ts';

export const nodesAreRegistered: Check = {
  id: 'nodes-are-registered',
  sentence: {
    en: 'Every node of the lab is registered with its own address',
    ja: 'ラボのすべてのノードが自分のアドレスで登録されている',
  },
  on: 'control-plane',
  patience: 60_000,
  async ask(question) {
    const format =
      'jsonpath={range .items[*]}{.metadata.name} {.status.addresses[?(@.type=="InternalIP")].address}{"\\n"}{end}';
    const { stdout } = await question.run(kubectl`get nodes -o ${format}`, { sudo: true });
    const wanted = question.lab.nodes.map(({ name, address }) => `${name} ${address}`).sort();
    const found = stdout.trim().split('\n').sort();
    return {
      status: passedIf(wanted.join() === found.join()),
      expected: verbatim(wanted.join(', ')),
      actual: verbatim(found.join(', ')),
      meaning: {
        en: 'The API server knows each machine by the address at which the others reach it.',
        ja: 'API サーバーが各マシンを、他のノードから届くアドレスで把握している。',
      },
      remedy: {
        en: 'Missing node: see `journalctl -u kubelet -n 50` there. Extra node: `kubectl delete node NAME`.',
        ja: '足りないノードでは `journalctl -u kubelet -n 50` を見てください。余分なノードは `kubectl delete node NAME` で消せます。',
      },
    };
  },
};
