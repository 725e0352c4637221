import { isIPv4 } from 'node:net';
import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { follow } from './follow.ts';
import { byHostsLine } from './hosts-leg.ts';
import type { Journey, Progress } from './journey.ts';
import { literalAddress, zoneAddress, type Known } from './known.ts';
import { clientAddress, leaveClient } from './leave-client.ts';
import { nameAnswer, type NameAnswer } from './name-answer.ts';
import { answerTo, newPacket } from './packet.ts';
import type { Read } from '../facts/reading.ts';
import { isInZone } from '../lab/in-zone.ts';
import { evidenceOf } from './path-facts.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import type { Stop } from './stops.ts';
import { shownBy } from './trail.ts';

/** What came of a name: its address, or why there is none. */
export type Named =
  { readonly kind: 'address'; readonly address: string } | { readonly kind: 'none'; readonly progress: Progress };

/** How the client gets from a host to an address: by itself, by its own name servers, or by the cluster's DNS. */
export function resolveHost(journey: Journey, known: Known, host: string): Named {
  const { facts, lookedUp } = known;
  const literal = literalAddress(host, { lab: facts.lab });
  if (literal !== undefined) return { kind: 'address', address: literal };
  if (known.hostsLine) return { kind: 'address', address: byHostsLine(journey, known.hostsLine, host, lookedUp) };
  if (!isInZone(host, facts.lab.dns.zone)) return byOwnResolver(journey, host, lookedUp);
  const server = facts.lab.nodes[0]?.address ?? '';
  const { resolver } = facts.client;
  if (!resolver) return none({ kind: 'unknown', why: RESOLVER_UNKNOWN });
  const query = queryOf(journey, known, host, { address: server, port: facts.lab.dns.nodePort });
  const source = `${server}:${facts.lab.dns.nodePort}`;
  journey.trail.pass({
    machine: 'client',
    place: { kind: 'resolver', name: resolver.value ? source : 'system' },
    layer: 'name',
    sentence: resolver.value
      ? {
          en: `The client's resolver sends queries for ${facts.lab.dns.zone} to ${source}.`,
          ja: `クライアントのリゾルバーは ${facts.lab.dns.zone} 以下の名前を ${source} に問い合わせる。`,
        }
      : {
          en: `The client's resolver does not send queries for ${facts.lab.dns.zone} to the cluster.`,
          ja: `クライアントのリゾルバーは ${facts.lab.dns.zone} 以下の名前をクラスターに問い合わせない。`,
        },
    before: query,
    evidence: evidenceOf(resolver),
    seed: seed.query,
    basis: read.resolver,
  });
  if (resolver.value) {
    return journey.account.isRemembered(query) ? fromMemory(journey, known, query) : ask(journey, known, query);
  }
  if (lookedUp?.value.length) return byOwnResolver(journey, host, lookedUp); // by another of its name servers
  const address = zoneAddress(facts, host);
  const cause: Stop['cause'] = address === undefined ? 'name-unknown' : 'resolver-not-asked';
  const sentence: Text = {
    en: `No name server that the client uses knows ${host}.`,
    ja: `クライアントの問い合わせ先で ${host} を知るものがない。`,
  };
  return none({ kind: 'stopped', stop: { cause, sentence } });
}

const RESOLVER_UNKNOWN: Text = {
  en: 'Whether the client queries the cluster for names in the zone is unknown.',
  ja: 'クライアントがゾーンの名前をクラスターに問い合わせるかどうかが分からない。',
};

function none(progress: Progress): Named {
  return { kind: 'none', progress };
}

/** No node saw a query, and the client knew the address all the same. */
function fromMemory(journey: Journey, { facts, lookedUp }: Known, query: Packet): Named {
  const name = query.name ?? '';
  if (lookedUp) return byOwnResolver(journey, name, lookedUp);
  const address = zoneAddress(facts, name);
  if (address === undefined) {
    const why = {
      en: `The client has an address of ${name} in its cache.`,
      ja: `クライアントのキャッシュに ${name} のアドレスがある。`,
    };
    return none({ kind: 'unknown', why });
  }
  journey.trail.pass({
    machine: 'client',
    place: { kind: 'resolver', name: 'system' },
    layer: 'name',
    sentence: {
      en: `No node saw a query: ${name} is still in the resolver's cache; in the zone it is ${address}.`,
      ja: `どのノードにも問い合わせが届いていない。クライアントのリゾルバーのキャッシュに ${name} がある。ゾーンでは ${address}。`,
    },
    before: query,
    evidence: nameAnswer(facts, name).evidence,
    seed: seed.named,
  });
  return { kind: 'address', address };
}

/** The query for a name, as the client sends it to a name server. */
export function queryOf(
  journey: Journey,
  known: Known,
  name: string,
  server: { readonly address: string; readonly port: number },
): Packet {
  const source = clientAddress(journey, known.ways.get(server.address)) ?? '';
  const { address: destination, port: destinationPort } = server;
  const packet = newPacket({ protocol: 'udp', source, sourcePort: null, destination, destinationPort, name });
  return journey.account.sent(packet);
}

/** Follows a query to the pod that answers it, and looks into its zone. */
export function ask(journey: Journey, known: Known, query: Packet): Named {
  const { facts } = known;
  const progress = follow(journey, leaveClient(journey, query, known.ways.get(query.destination)));
  if (progress.kind !== 'at-pod') {
    if (progress.kind !== 'at-node') return none(progress);
    const sentence = {
      en: `${progress.node} has no DNS Service on port ${query.destinationPort}.`,
      ja: `${progress.node} のポート ${query.destinationPort} に DNS の Service がない。`,
    };
    return none({ kind: 'stopped', stop: { cause: 'not-listening', sentence } });
  }
  const { pod, packet } = progress;
  const name = query.name ?? '';
  const answer = nameAnswer(facts, name);
  const place = { kind: 'pod', name: `${pod.namespace}/${pod.name}` } as const;
  journey.trail.pass({
    machine: progress.node,
    place,
    layer: 'name',
    sentence: answerInWords(name, answer),
    before: packet,
    evidence: answer.evidence,
    seed: seed.zone,
  });
  if (answer.kind === 'plugin' && known.lookedUp) return byOwnResolver(journey, name, known.lookedUp);
  if (answer.kind === 'nothing') {
    const sentence = { en: `CoreDNS has no address for ${name}.`, ja: `CoreDNS に ${name} のアドレスがない。` };
    return none({ kind: 'stopped', stop: { cause: 'name-unknown', sentence } });
  }
  if (answer.kind !== 'address') return none({ kind: 'unknown', why: answerInWords(name, answer) });
  return learns(journey, query, answer.address);
}

/** What the client has from then on: by dig's answer, or by where curl connected to. */
function learns(journey: Journey, query: Packet, predicted: string): Named {
  const name = query.name ?? '';
  const { address, told } = journey.account.learned(name, predicted);
  journey.trail.pass({
    machine: 'client',
    place: { kind: 'resolver', name: 'system' },
    layer: 'name',
    sentence: {
      en: `The client resolves ${name} to ${address}.`,
      ja: `クライアントは ${name} を ${address} と解決する。`,
    },
    before: answerTo(query),
    seed: seed.named,
    ...shownBy(told),
  });
  return { kind: 'address', address };
}

function answerInWords(name: string, answer: NameAnswer): Text {
  if (answer.kind === 'address') {
    const { address } = answer;
    return { en: `CoreDNS resolves ${name} to ${address}.`, ja: `CoreDNS は ${name} を ${address} と解決する。` };
  }
  if (answer.kind === 'nothing') {
    return { en: `CoreDNS does not know ${name}.`, ja: `CoreDNS は ${name} を知らない。` };
  }
  if (answer.kind === 'unread') {
    return {
      en: `What CoreDNS answers for ${name} is unknown: its Corefile was not read.`,
      ja: `CoreDNS が ${name} をどう答えるか分からない。Corefile を読めなかった。`,
    };
  }
  if (answer.kind === 'plugin') {
    const { zone, plugin } = answer;
    return {
      en: `CoreDNS answers ${name} from its server block ${zone} by the plugin ${plugin}: the answer is unknown until it is queried.`,
      ja: `CoreDNS は ${name} にブロック ${zone} のプラグイン ${plugin} で答える。答えは問い合わせるまで分からない。`,
    };
  }
  return {
    en: `${name} is in none of CoreDNS's zones: CoreDNS forwards the query to the name server of its node.`,
    ja: `${name} は CoreDNS のどのゾーンにもなく、CoreDNS はノードのネームサーバーに転送する。`,
  };
}

function byOwnResolver(journey: Journey, host: string, lookedUp: Read<readonly string[]> | undefined): Named {
  if (!lookedUp) {
    const why = { en: `${host} was not looked up.`, ja: `${host} は名前解決されなかった。` };
    return none({ kind: 'unknown', why });
  }
  const address = lookedUp.value.find((one) => isIPv4(one));
  const source = clientAddress(journey, undefined) ?? '';
  const before = newPacket({
    protocol: 'udp',
    source,
    sourcePort: null,
    destination: '',
    destinationPort: 53,
    name: host,
  });
  journey.trail.pass({
    machine: 'client',
    place: { kind: 'resolver', name: 'system' },
    layer: 'name',
    sentence:
      address === undefined
        ? {
            en: `The client's own name servers do not know ${host}.`,
            ja: `クライアントのネームサーバーは ${host} を知らない。`,
          }
        : {
            en: `The client's own resolver resolves ${host} to ${address}.`,
            ja: `クライアントのリゾルバーは ${host} を ${address} と解決する。`,
          },
    before,
    evidence: evidenceOf(lookedUp),
    basis: read.lookUp,
  });
  if (address !== undefined) return { kind: 'address', address };
  const sentence = { en: `${host} has no address.`, ja: `${host} のアドレスがない。` };
  return none({ kind: 'stopped', stop: { cause: 'name-unknown', sentence } });
}
