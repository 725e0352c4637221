import { verbatim } from '../contract/text.ts';
import type { Evidence } from '../contract/events.ts';
import type { LabNode } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { passedIf, type Answer, type Check, type Question } from './check.ts';
import { clusterIsThere } from './cluster-is-there.ts';

/** Every Linux server has perl; it listens on UDP 8472 for a moment and prints who was heard. */
const LISTEN =
  'use IO::Socket; use Time::HiRes "time"; $s = IO::Socket::INET->new(Proto => "udp", LocalPort => 8472) or die "UDP 8472: $!\\n"; $| = 1; $want = shift; $end = time + 1.5; while (time < $end && keys %h < $want) { $r = ""; vec($r, fileno($s), 1) = 1; next unless select($r, undef, undef, 0.2); $s->recv($m, 64); next unless $m =~ /^hoplab/; print $s->peerhost, "\\n" unless $h{$s->peerhost}++; }';
const SEND =
  'use IO::Socket; for (1 .. 6) { for (@ARGV) { $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => $_, PeerPort => 8472) or next; $s->send("hoplab"); } select(undef, undef, undef, 0.1); }';

export const vxlanPasses: Check = {
  id: 'vxlan-passes',
  sentence: { en: 'UDP 8472 (VXLAN) is open between the nodes', ja: 'ノード間で UDP 8472 (VXLAN) が通る' },
  on: 'control-plane',
  patience: 10_000, // a busy machine may miss the moment in which it is spoken to
  async ask(question) {
    const { lab } = question;
    if (lab.nodes.length === 1) return notApplicable('There is only one node.', 'ノードが 1 台しかない。');
    if (await clusterIsThere(question)) {
      return notApplicable(
        'The port belongs to Flannel now; pod-network proves it.',
        'ポートはすでに Flannel のもの。pod-network で確かめる。',
      );
    }
    const heard = await Promise.all(lab.nodes.map((node) => listenAndSend(question, node)));
    if (heard.some(({ exitCode, stderr }) => exitCode === 127 && /\bperl\b.*not found/.test(stderr))) {
      return notApplicable(
        'A node has no perl to try it with; pod-network proves it later.',
        'perl のないノードがあり、ここでは試せない。後で pod-network が確かめる。',
      );
    }
    const taken = lab.nodes.filter((_, index) => heard[index]?.stderr.includes('UDP 8472:')).map(({ name }) => name);
    if (taken.length > 0) return portTaken(taken);
    const blocked = lab.nodes.flatMap((to, index) =>
      lab.nodes
        .filter((from) => from !== to && !(heard[index]?.stdout.split('\n') ?? []).includes(from.address))
        .map((from) => `${from.name} → ${to.name}`),
    );
    return {
      status: passedIf(blocked.length === 0),
      expected: { en: 'every node receives from every other', ja: 'すべてのノードが互いに届く' },
      actual: blocked.length === 0 ? { en: 'all received', ja: 'すべて届いた' } : verbatim(`${blocked.join(', ')} ✗`),
      meaning: {
        en: 'Flannel carries all packets between pods on different nodes in UDP 8472.',
        ja: 'Flannel は別ノードの Pod 間のパケットをすべて UDP 8472 で運ぶ。',
      },
      remedy: {
        en: 'Open UDP 8472 between the nodes in the firewall (ufw, firewalld, nftables, or a security group).',
        ja: 'ノード間のファイアウォール (ufw, firewalld, nftables など) で UDP 8472 を開けてください。',
      },
    };
  },
};

function listenAndSend(question: Question, node: LabNode): Promise<Evidence> {
  const others = question.lab.nodes.filter((other) => other !== node).map(({ address }) => address);
  const command = sh`perl -e ${LISTEN} ${others.length} & sleep 0.3; perl -e ${SEND} ${others} && wait`;
  return question.run(command, { machine: node.name, timeout: 20_000 });
}

function portTaken(names: readonly string[]): Answer {
  return {
    status: 'failed',
    expected: { en: 'UDP 8472 is free on every node', ja: 'すべてのノードで UDP 8472 が空いている' },
    actual: { en: `in use on ${names.join(', ')}`, ja: `${names.join(', ')} で使用中` },
    meaning: { en: 'Flannel could not listen on the port.', ja: 'Flannel がそこで待ち受けられない。' },
    remedy: {
      en: 'Stop the program that uses the port: `ss -ulnp` shows it.',
      ja: 'そのポートを使うプログラムを止めてください。`ss -ulnp` で分かります。',
    },
  };
}

function notApplicable(en: string, ja: string) {
  return { status: 'not-applicable', reason: { en, ja } } as const;
}
