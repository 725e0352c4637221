import { verbatim } from '../contract/text.ts';
import { sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

export const versionsAreAsAsked: Check = {
  id: 'versions-are-as-asked',
  sentence: {
    en: 'containerd runs, and kubelet, kubeadm and containerd have the requested versions',
    ja: 'containerd が動き、kubelet・kubeadm・containerd が指定のバージョンである',
  },
  on: 'every-node',
  patience: 10_000,
  async ask(question) {
    const { bundle, lab } = question;
    const wanted = [`v${lab.kubernetes.version}`, `v${lab.kubernetes.version}`, bundle.version('containerd'), 'active'];
    const { stdout } = await question.run(
      sh`
        kubelet --version | awk '{print $2}'
        kubeadm version -o short
        containerd --version | awk '{print $3}'
        systemctl is-active containerd`,
    );
    const found = stdout.trim().split('\n');
    return {
      status: passedIf(wanted.join() === found.join()),
      expected: verbatim(`kubelet ${wanted[0]}, kubeadm ${wanted[1]}, containerd ${wanted[2]} ${wanted[3]}`),
      actual: verbatim(`kubelet ${found[0]}, kubeadm ${found[1]}, containerd ${found[2]} ${found[3]}`),
      meaning: {
        en: 'The programs in PATH are those of the bundle, and the container runtime responds.',
        ja: 'PATH にあるのはバンドルのプログラムであり、コンテナランタイムが応答する。',
      },
      remedy: {
        en: 'Another installation comes first in PATH, or containerd does not start: see `journalctl -u containerd -n 50`.',
        ja: '別のインストールが PATH の先にあるか、containerd が起動していません。`journalctl -u containerd -n 50` を見てください。',
      },
    };
  },
};
