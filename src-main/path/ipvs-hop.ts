import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { sharesAreKnown } from '../netfilter/virtual-servers.ts';
import type { Balanced } from './account.ts';
import { destinationOf } from './packet.ts';
import { seed } from './seed.ts';
import type { Stop } from './stops.ts';
import type { Passed } from './trail.ts';

interface At {
  readonly machine: string;
  readonly packet: Packet;
  readonly at: number | null;
}

/** The hop at which IPVS chooses a real server and rewrites the destination to it. */
export function balanceHop(balanced: Balanced, { machine, packet, at }: At): Passed {
  const { taken, branches, ground } = balanced;
  return {
    machine,
    place: { kind: 'chain', name: 'IPVS' },
    layer: 'kernel',
    sentence: taken ? chosen(balanced, destinationOf(taken.packet)) : noRealServer(balanced, machine).sentence,
    before: packet,
    after: taken?.packet ?? packet,
    branches,
    seed: seed.choosesAndTranslates,
    at,
    ...ground,
  };
}

function chosen({ server, branches, taken }: Balanced, endpoint: string): Text {
  const place = `${server.address}:${server.port}`;
  if (taken?.remembered) {
    return {
      en: `IPVS has the virtual server ${place}, sends this client to the real server that it had before (session affinity), and rewrites the destination to ${endpoint}.`,
      ja: `IPVS の仮想サーバー ${place} が、このクライアントを前と同じ実サーバーに送り (セッションアフィニティ)、宛先を ${endpoint} に書き換える。`,
    };
  }
  if (!branches.some((branch) => branch.taken)) {
    return {
      en: `IPVS has the virtual server ${place}, and rewrites the destination to ${endpoint}.`,
      ja: `IPVS の仮想サーバー ${place} が、宛先を ${endpoint} に書き換える。`,
    };
  }
  if (branches.length === 1) {
    return {
      en: `IPVS has the virtual server ${place} with one real server to choose, ${endpoint}, and rewrites the destination to it.`,
      ja: `IPVS の仮想サーバー ${place} が選べる実サーバーは 1 つ、${endpoint}。宛先をそれに書き換える。`,
    };
  }
  const { scheduler } = server;
  const how = sharesAreKnown(server)
    ? { en: `in turn (${scheduler})`, ja: `順番に (${scheduler})` }
    : { en: `by its scheduler ${scheduler}`, ja: `スケジューラー ${scheduler} で` };
  return {
    en: `IPVS has the virtual server ${place}, picks one of ${branches.length} real servers ${how.en}, and rewrites the destination to ${endpoint}.`,
    ja: `IPVS の仮想サーバー ${place} が ${branches.length} 個の実サーバーから${how.ja} 1 つ選び、宛先を ${endpoint} に書き換える。`,
  };
}

/** Where a packet stops that IPVS has nobody to send to. */
export function noRealServer({ server }: Pick<Balanced, 'server'>, node: string): Stop {
  const place = `${server.address}:${server.port}`;
  return {
    cause: 'not-listening',
    because: 'no-real-server',
    sentence: {
      en: `IPVS on ${node} has the virtual server ${place}, and no real server that takes new connections: the kernel refuses the packet.`,
      ja: `${node} の IPVS に仮想サーバー ${place} はあるが、新しい接続を受ける実サーバーがない。カーネルがパケットを拒否する。`,
    },
  };
}

/** What is said where IPVS hands packets on in another way than kube-proxy sets up. */
export function notMasqueraded(forward: string): Text {
  return {
    en: `IPVS sends the packet on by ${forward}, which kube-proxy does not use and Hoplab does not follow.`,
    ja: `IPVS がパケットを ${forward} で送る。kube-proxy は使わない方法で、Hoplab はその先をたどらない。`,
  };
}

/** What is said where kube-proxy sends to another node without masquerading, as it does for externalTrafficPolicy Local without a pod here. */
export function answersElsewhere(node: string): Text {
  return {
    en: `IPVS on ${node} sends the packet to another node with the client as its source: the response does not come back through ${node}, which alone could translate it back, and no facts say what the client does with it.`,
    ja: `${node} の IPVS が、送信元をクライアントのままにして別のノードに送る。応答は変換を戻せる ${node} を通らない。クライアントがそれをどう扱うかは事実からは分からない。`,
  };
}
