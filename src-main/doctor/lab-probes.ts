import { wayTo } from '../facts/way-to.ts';
import { verbatim, type Text } from '../contract/text.ts';
import { addressNumber, holds, networkText, overlap, parsePool } from '../lab/ipv4.ts';
import type { Lab } from '../lab/lab.ts';
import { nameProbes } from './name-probes.ts';
import { nodesAnswer } from './nodes-answer.ts';
import { ownNetworks, type OwnNetwork } from './own-networks.ts';
import { ok, problem, type LabProbe, type Verdict } from './probe.ts';

const way: LabProbe = {
  id: 'way-to-the-vip',
  title: { en: 'Route to the VIP', ja: 'VIP への経路' },
  shown: { macos: 'route -n get VIP', linux: 'ip route get VIP' },
  expected: {
    en: 'the interface of the LAN, and no gateway',
    ja: 'LAN のインターフェース。ゲートウェイはない',
  },
  async ask({ read }, lab) {
    const { vip } = lab.loadBalancer;
    const found = await read(wayTo(vip));
    if (!found) return [problem({ en: `This computer has no route to ${vip}`, ja: `${vip} への経路がない` }, JOIN)];
    const { device = '', gateway } = found;
    if (/^(?:utun|ppp|ipsec|tun|wg)\d*/.test(device)) {
      return [
        problem(
          {
            en: `Packets for ${vip} go into a tunnel (${device})`,
            ja: `${vip} 宛のパケットがトンネル (${device}) に入る`,
          },
          {
            en: 'A VPN takes the addresses of the LAN: disconnect it, or let it leave out the local network.',
            ja: 'VPN が LAN のアドレスを取り込んでいます。切断するか、VPN の設定でローカルネットワークを除外してください。',
          },
        ),
      ];
    }
    if (gateway === undefined) {
      return [
        ok({
          en: `${vip} is on the LAN of ${device}: ARP finds it`,
          ja: `${vip} は ${device} の LAN にあり、ARP で見つかる`,
        }),
      ];
    }
    if (lab.nodes.some(({ address }) => address === gateway)) {
      return [
        ok({
          en: `Packets for ${vip} go by the node ${gateway}`,
          ja: `${vip} への経路がノード ${gateway} を通る`,
        }),
      ];
    }
    return [
      problem(
        {
          en: `Packets for ${vip} go to the router ${gateway}`,
          ja: `${vip} 宛のパケットがルーター ${gateway} に送られる`,
        },
        JOIN,
      ),
    ];
  },
};

const JOIN: Text = {
  en: 'The VIP is announced by ARP on the LAN of the nodes: connect this computer to that LAN (same network, netmask and Wi-Fi), or choose a pool in its own. `hoplab prove-vip` shows whether another way works.',
  ja: 'VIP はノードの LAN で ARP によって知らされます。このコンピューターを同じ LAN (ネットワーク、ネットマスク、Wi-Fi) につなぐか、その LAN 内のプールを選んでください。別の道で届くかは `hoplab prove-vip` でわかります。',
};

const networks: LabProbe = {
  id: 'one-network',
  title: { en: 'Overlapping networks', ja: 'ネットワークの重なり' },
  shown: { macos: 'ifconfig', linux: 'ip -j addr' },
  expected: {
    en: 'one interface, and not more, on the network of the nodes and of the pool',
    ja: 'ノードとプールのネットワークにあるインターフェースは 1 つだけ',
  },
  async ask({ read, client }, lab) {
    const there = (await read(ownNetworks)).filter((one) => isOfLab(one, lab));
    const told = there.map(({ device, network }) => `${device} ${networkText(network)}`).join(', ');
    if (there.length <= 1)
      return [
        ok({
          en: `Interfaces on the lab's network: ${told || 'none'}`,
          ja: `ラボのネットワークにあるインターフェース: ${told || 'なし'}`,
        }),
      ];
    if (new Set(there.map(({ device }) => device)).size === 1) return [ok(verbatim(told))];
    return [overlapping(told, there, client.platform)];
  },
};

function isOfLab({ network }: OwnNetwork, { nodes, loadBalancer }: Lab): boolean {
  if (network.prefix === 32) return false;
  return (
    nodes.some(({ address }) => holds(network, addressNumber(address))) ||
    overlap(network, parsePool(loadBalancer.pool))
  );
}

function overlapping(told: string, there: readonly OwnNetwork[], platform: 'linux' | 'macos'): Verdict {
  const vmnet = platform === 'macos' && there.some(({ device }) => /^bridge1\d\d$/.test(device));
  const text = {
    en: `Several interfaces are on the lab's network: ${told}`,
    ja: `ラボのネットワークに複数のインターフェースがある: ${told}`,
  };
  if (!vmnet) {
    return problem(text, {
      en: 'Packets for the nodes may leave by the wrong one. Disconnect the VPN or second cable, remove the bridge (`docker network ls`, `virsh net-list`), or give the lab another network.',
      ja: 'ノード宛のパケットが別のほうから出てしまうことがあります。VPN や 2 本目のケーブルを外すか、ブリッジを削除する (`docker network ls`、`virsh net-list`) か、ラボを別のネットワークにしてください。',
    });
  }
  return problem(text, {
    en: 'bridge100 and its like belong to VMs on this Mac (vmnet). Since macOS 26 vmnet takes 192.168.2.0/24 by itself, which is also a common LAN: stop those VMs, or give the LAN of the lab another network.',
    ja: 'bridge100 などはこの Mac の VM のもの (vmnet) です。macOS 26 からは vmnet が、LAN によくある 192.168.2.0/24 を自分で使います。その VM を停止するか、ラボの LAN を別のネットワークにしてください。',
  });
}

export const labProbes: readonly LabProbe[] = [nodesAnswer, way, networks, ...nameProbes];
