import { verbatim } from '../contract/text.ts';
import { cniFiles } from '../facts/cni-files.ts';
import { passedIf, type Check } from './check.ts';

/** Flannel's own. */
const OURS = '10-flannel.conflist';

export const cniIsFree: Check = {
  id: 'cni-is-free',
  sentence: {
    en: "No other pod network's configuration comes before Flannel's",
    ja: 'Flannel より先に使われる別の Pod ネットワークの設定がない',
  },
  on: 'every-node',
  async ask(question) {
    const files = await question.read(question.machineName, cniFiles);
    // until Flannel has written its own, containerd takes whichever there is
    const before = files.slice(0, files.includes(OURS) ? files.indexOf(OURS) : files.length);
    const paths = before.map((name) => `/etc/cni/net.d/${name}`);
    return {
      status: passedIf(before.length === 0),
      expected: { en: 'none', ja: 'なし' },
      actual: before.length === 0 ? { en: 'none', ja: 'なし' } : verbatim(paths.join(', ')),
      meaning: {
        en: 'containerd uses the first file in this folder: with another one the node becomes Ready, but its pods are on a different network.',
        ja: 'containerd はこのフォルダーの最初のファイルを使う。別の設定があるとノードは Ready になっても、Pod は別のネットワークに入ってしまう。',
      },
      remedy: {
        en: `Move the files and roll out again: \`mkdir -p /root/cni && mv ${paths.join(' ')} /root/cni/\`. Podman and CRI-O install such files; if you still need them, this node cannot be used.`,
        ja: `別の場所に移してから展開し直してください: \`mkdir -p /root/cni && mv ${paths.join(' ')} /root/cni/\`。Podman や CRI-O が置くことがあります。まだ使うものなら、このノードは使えません。`,
      },
    };
  },
};
