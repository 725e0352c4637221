import { isIPv4 } from 'node:net';
import { verbatim, type Text } from '../contract/text.ts';
import { kubeletSurroundings } from '../facts/kubelet-surroundings.ts';
import { addressNumber, holds, parseCidr } from '../lab/ipv4.ts';
import { controlPlane } from '../lab/lab.ts';
import { passedIf, type Check } from './check.ts';

export const kubeletStartsAsTold: Check = {
  id: 'kubelet-starts-as-told',
  sentence: {
    en: "Nothing on the node changes how Hoplab's kubelet is started",
    ja: 'Hoplab の kubelet の起動方法を変えるものがノードにない',
  },
  on: 'every-node',
  async ask(question) {
    const { dropIns, proxies } = await question.read(question.machineName, kubeletSurroundings);
    const { address } = controlPlane(question.lab);
    const proxy = proxies.get('HTTPS_PROXY') ?? proxies.get('ALL_PROXY');
    const inBetween = proxy !== undefined && !isSpared(address, proxies.get('NO_PROXY') ?? '');
    const found = [...dropIns, ...(inBetween ? [`HTTPS_PROXY=${proxy}`] : [])];
    return {
      status: passedIf(found.length === 0),
      expected: { en: 'no drop-in of another kubelet, no proxy', ja: '別の kubelet のドロップインもプロキシもない' },
      actual: found.length === 0 ? { en: 'none', ja: 'なし' } : verbatim(found.join(', ')),
      meaning: {
        en: 'A drop-in with its own ExecStart starts a different kubelet than the installed one; through a proxy the kubelet cannot reach the API server.',
        ja: 'ExecStart を持つドロップインがあると別の kubelet が起動し、プロキシを通すと API サーバーに届かない。',
      },
      remedy: inBetween && dropIns.length === 0 ? sparing(address) : withoutPackage(dropIns),
    };
  },
};

function withoutPackage(dropIns: readonly string[]): Text {
  const files = dropIns.join(' ');
  return {
    en: `Remove the package that installed it (\`apt-get remove kubelet kubeadm\`, \`dnf remove kubelet kubeadm\`), or the file itself: ${files}; then \`systemctl daemon-reload\`.`,
    ja: `それを入れたパッケージ (\`apt-get remove kubelet kubeadm\`、\`dnf remove kubelet kubeadm\`) かファイル ${files} を取り除き、\`systemctl daemon-reload\` を実行してください。`,
  };
}

function sparing(address: string): Text {
  return {
    en: `Add ${address} to NO_PROXY where HTTPS_PROXY is set (DefaultEnvironment in /etc/systemd/system.conf, or a drop-in of kubelet.service), then \`systemctl daemon-reexec\`.`,
    ja: `HTTPS_PROXY を設定している場所 (/etc/systemd/system.conf の DefaultEnvironment か kubelet.service のドロップイン) の NO_PROXY に ${address} を加え、\`systemctl daemon-reexec\` を実行してください。`,
  };
}

/** As Go's programs read NO_PROXY. */
function isSpared(address: string, without: string): boolean {
  return without
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === address || isWithin(address, one));
}

function isWithin(address: string, network: string): boolean {
  const [first = '', prefix = ''] = network.split('/');
  return isIPv4(first) && /^\d{1,2}$/.test(prefix) && holds(parseCidr(network), addressNumber(address));
}
