import { verbatim } from '../contract/text.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { passedIf, type Check } from './check.ts';

export const apiAnswers: Check = {
  id: 'api-answers',
  sentence: { en: 'The API server is ready', ja: 'API サーバーが準備完了である' },
  on: 'control-plane',
  patience: 180_000, // on a slow machine its kubelet may start it anew once or twice
  async ask(question) {
    const { stdout, stderr, exitCode } = await question.run(kubectl`get --raw /readyz`, { sudo: true });
    return {
      status: passedIf(exitCode === 0 && stdout.trim() === 'ok'),
      expected: verbatim('ok'),
      actual: verbatim(stdout.trim() || stderr.trim()),
      meaning: { en: 'etcd and the API server work.', ja: 'etcd と API サーバーが動いている。' },
      remedy: {
        en: 'See `crictl ps -a` or `ctr -n k8s.io tasks ls`, and `journalctl -u kubelet -n 50` on the control plane.',
        ja: 'コントロールプレーンで `crictl ps -a` か `ctr -n k8s.io tasks ls`、`journalctl -u kubelet -n 50` を見てください。',
      },
    };
  },
};
