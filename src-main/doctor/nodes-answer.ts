import { neighbours } from '../facts/neighbours.ts';
import type { Text } from '../contract/text.ts';
import type { LabNode } from '../lab/lab.ts';
import { hostKeyAt, type HostKeyAnswer } from '../prove-vip/host-key-at.ts';
import { ok, problem, unknown, type LabProbe, type Patient, type Verdict } from './probe.ts';

/** Asks each node for its host key, by the system's own ssh and by a socket of this process: macOS may let only the former pass. */
export const nodesAnswer: LabProbe = {
  id: 'nodes-answer',
  title: { en: 'Nodes', ja: 'ノード' },
  shown: { macos: 'ssh -v USER@NODE true; arp -an', linux: 'ssh -v USER@NODE true; ip -j neigh' },
  expected: {
    en: 'the host key that is pinned (`hoplab trust`), and a MAC address for each node on the same LAN',
    ja: '固定されたホスト鍵 (`hoplab trust`) と、同じ LAN のノードごとの MAC アドレス',
  },
  async ask(patient, lab) {
    const each = await Promise.all(lab.nodes.map((node) => lookAt(patient, node)));
    return each.flatMap((verdicts, index) =>
      verdicts.map((verdict) => ({ ...verdict, about: `@${lab.nodes[index]?.address ?? ''} ` })),
    );
  },
};

async function lookAt(patient: Patient, node: LabNode): Promise<readonly Verdict[]> {
  const { name, address, ssh } = node;
  const { port } = ssh;
  const pinned = await patient.knownHosts.lookup(address, port);
  const answer = await patient.read(hostKeyAt(address, port, pinned));
  const own = await patient.connect(address, port);
  if (ssh.jump) return [behindJump(name, ssh.jump.address)];
  if (answer.fingerprint === undefined && own !== undefined) return [await silent(patient, node, answer)];
  const verdicts = [
    trusted(
      name,
      answer,
      pinned.map(({ fingerprint }) => fingerprint),
    ),
  ];
  if (answer.fingerprint !== undefined && own !== undefined) verdicts.push(onlyOurs(patient, name, own));
  return verdicts;
}

function trusted(name: string, { fingerprint }: HostKeyAnswer, pinned: readonly string[]): Verdict {
  if (fingerprint === undefined) {
    return unknown({
      en: `${name} takes connections, and its host key could not be read`,
      ja: `${name} は接続を受け付けるが、ホスト鍵を読み取れない`,
    });
  }
  if (pinned.includes(fingerprint))
    return ok({ en: `${name} answers with its pinned host key`, ja: `${name} は固定されたホスト鍵で応答する` });
  if (pinned.length > 0) {
    return problem(
      { en: `${name} shows a host key that differs from the pinned one`, ja: `${name} のホスト鍵が固定したものと違う` },
      {
        en: `If it was reinstalled: \`hoplab trust --replace ${name}\`. Otherwise another machine has its address.`,
        ja: `再インストールしたのなら \`hoplab trust --replace ${name}\`。心当たりがなければ、別のマシンがそのアドレスを持っています。`,
      },
    );
  }
  return unknown(
    {
      en: `${name} answers; its host key ${fingerprint} is not pinned yet`,
      ja: `${name} は応答する。ホスト鍵 ${fingerprint} はまだ固定されていない`,
    },
    { en: '`hoplab trust`', ja: '`hoplab trust` を実行してください。' },
  );
}

/** The system's ssh gets there, and this process does not. On a Mac that is Local Network privacy, where macOS names no route. */
function onlyOurs({ client }: Patient, name: string, code: string): Verdict {
  const told: Text = {
    en: `The system's ssh reaches ${name}, and Hoplab itself does not (${code})`,
    ja: `システムの ssh は ${name} に届くが、Hoplab 自身は届かない (${code})`,
  };
  if (client.platform === 'macos' && code === 'EHOSTUNREACH') return problem(told, LOCAL_NETWORK);
  return problem(told, {
    en: 'Something on this computer blocks this program: look at its firewall.',
    ja: 'このコンピューターの何かがこのプログラムを遮っています。ファイアウォールを確かめてください。',
  });
}

const LOCAL_NETWORK: Text = {
  en: 'macOS keeps it from the local network. System Settings, Privacy & Security, Local Network: switch on Hoplab, or the terminal or editor that it was started from, and restart that (`open "x-apple.systempreferences:com.apple.preference.security?Privacy_LocalNetwork"`). Apple’s own Terminal needs no permission.',
  ja: 'macOS がローカルネットワークへのアクセスを止めています。システム設定の「プライバシーとセキュリティ」→「ローカルネットワーク」で、Hoplab か、Hoplab を起動したターミナルやエディターをオンにし、それを起動し直してください (`open "x-apple.systempreferences:com.apple.preference.security?Privacy_LocalNetwork"`)。Apple のターミナルに許可は要りません。',
};

async function silent(
  { read }: Patient,
  { name, address, ssh }: LabNode,
  { problem: why }: HostKeyAnswer,
): Promise<Verdict> {
  const near = (await read(neighbours)).find((one) => one.address === address);
  const said = why === '' ? '' : ` (${why})`;
  if (near) {
    return problem(
      {
        en: `${name} is there (${address} is at ${near.mac}), and takes no SSH connection on port ${ssh.port}${said}`,
        ja: `${name} はある (${address} は ${near.mac}) が、ポート ${ssh.port} で SSH に応答しない${said}`,
      },
      {
        en: `On its console: \`systemctl status ssh\`, and its firewall; or set ssh.port in the lab file.`,
        ja: 'そのマシンのコンソールで `systemctl status ssh` とファイアウォールを確かめるか、ラボファイルの ssh.port を直してください。',
      },
    );
  }
  return problem(
    { en: `${name} does not answer at ${address}${said}`, ja: `${name} が ${address} で応答しない${said}` },
    {
      en: 'Start the machine, compare its address (`ip addr` on its console) with the lab file, and make sure that this computer is on its network; a VPN or a guest Wi-Fi may separate them.',
      ja: 'マシンを起動し、そのコンソールの `ip addr` とラボファイルのアドレスを比べ、このコンピューターが同じネットワークにいるか確かめてください。VPN やゲスト用 Wi-Fi が隔てていることもあります。',
    },
  );
}

function behindJump(name: string, jump: string): Verdict {
  return unknown({
    en: `${name} lies behind the jump host ${jump}: \`hoplab status\` shows whether it is reached`,
    ja: `${name} は踏み台 ${jump} の先にある。届くかは \`hoplab status\` でわかる`,
  });
}
