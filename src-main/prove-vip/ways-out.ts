import type { Text } from '../contract/text.ts';
import type { Lab } from '../lab/lab.ts';
import { quote } from '../machines/command.ts';

/** Why an address of the pool is not reached at a node. */
export type Reason = 'routed' | 'silent' | 'filtered' | 'stale' | 'other-machine' | 'no-key';

/** What each reason means. */
export const reasons: Readonly<Record<Reason, Text>> = {
  routed: {
    en: 'This computer sends packets for the pool to a router, and that router did not find the node by ARP.',
    ja: 'このコンピューターはプールのアドレス宛のパケットをルーターに送り、ルーターは ARP でノードを見つけられなかった。',
  },
  silent: {
    en: 'The node has the address, and its answer to ARP does not arrive here: the network passes only addresses that its own DHCP server has leased (Multipass, QEMU and Apple’s NAT on macOS, a Wi-Fi bridge), or isolates its machines.',
    ja: 'ノードはアドレスを持っているが、ARP の応答がここまで届かない。自分の DHCP サーバーが貸したアドレスしか通さないネットワーク (Multipass、QEMU、macOS の NAT、Wi-Fi ブリッジ) か、マシンどうしを隔てるネットワークである。',
  },
  filtered: {
    en: 'The MAC address of the node is known here, and no connection comes about: a filter between this computer and the node passes ARP and drops packets for addresses that it does not know.',
    ja: 'ノードの MAC アドレスはここに届いているが、接続できない。途中のフィルターが ARP は通し、知らないアドレス宛のパケットを破棄している。',
  },
  stale: {
    en: 'Packets still go to the machine that had the address before: the announcement of the move (gratuitous ARP) does not arrive here. After a failover the VIP would stay out of reach until the old entry ends, up to 20 minutes on a Mac.',
    ja: 'パケットがまだ前のマシンに送られている。移動の知らせ (gratuitous ARP) がここに届いていない。フェイルオーバーのあと、古いエントリーが消えるまで (Mac では最長 20 分) VIP に届かなくなる。',
  },
  'other-machine': {
    en: 'Another machine answers at this address: it was in use all the same, or something between redirects the connection.',
    ja: '別のマシンがこのアドレスで応答している。実際には使用中だったか、途中の何かが接続を横取りしている。',
  },
  'no-key': {
    en: 'A connection to the address comes about, and no host key arrives: which machine took it is unknown. The node may be too busy, or another program than an SSH server answers.',
    ja: 'アドレスへの接続はできるが、ホスト鍵が届かない。どのマシンが受けたのかは分からない。ノードが忙しすぎるか、SSH サーバーではないプログラムが応答している。',
  },
};

/** The ways out, each with its reason. @param node whose own address was reached */
export function waysOut(reason: Reason, lab: Lab, node: string, platform: 'linux' | 'macos'): Text {
  if (reason === 'other-machine') return OTHER_POOL;
  if (reason === 'no-key') return LOOK_AT_SSH;
  const { vip } = lab.loadBalancer;
  const via = lab.nodes.find(({ name }) => name === node)?.address ?? '';
  const route =
    platform === 'macos'
      ? `sudo route -n add -host ${quote(vip)} ${quote(via)}`
      : `sudo ip route add ${quote(`${vip}/32`)} via ${quote(via)}`;
  const url = `http://${via}:${lab.app.nodePort}`;
  return {
    en: `Choose one. (1) A route on this computer: \`${route}\`; packets then go to ${node}, whose own address passes. It ends with a reboot, and ${node} has to be up. (2) Another network for the machines, on which every address passes: a bridge of libvirt, Lima's \`shared\` network with socket_vmnet, or Ethernet in place of Wi-Fi. (3) NodePort only: \`hoplab up --to node-port\`, and ${url}; this needs no VIP.`,
    ja: `どれかを選んでください。(1) このコンピューターに経路を足す: \`${route}\`。パケットは ${node} 自身のアドレス経由で届きます。再起動で消え、${node} が動いている必要があります。(2) すべてのアドレスが通るネットワークにマシンを置く: libvirt のブリッジ、socket_vmnet を使う Lima の \`shared\`、Wi-Fi の代わりに Ethernet。(3) NodePort だけを使う: \`hoplab up --to node-port\` のあと ${url}。VIP は要りません。`,
  };
}

const OTHER_POOL: Text = {
  en: "Choose a loadBalancer.pool that no other machine uses, outside the router's DHCP range.",
  ja: 'ルーターの DHCP 範囲の外で、ほかのマシンが使っていない loadBalancer.pool にしてください。',
};

const LOOK_AT_SSH: Text = {
  en: 'Look at the load of the node (`uptime`) and at its SSH server (`systemctl status ssh`), then try again.',
  ja: 'ノードの負荷 (`uptime`) と SSH サーバー (`systemctl status ssh`) を確かめて、もう一度試してください。',
};
