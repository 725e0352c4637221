import type { Packet } from '../contract/path.ts';
import { unansweredIn } from '../facts/neighbours.ts';
import type { Journey, Progress } from './journey.ts';
import { evidenceOf, told, type NodeFacts, type Quote, type Told } from './path-facts.ts';
import { seed } from './seed.ts';
import { shownBy } from './trail.ts';

/* A packet of the client that no node told of. Silence shows nothing by itself: somebody must have listened. */

/** `silence`: what shows it; undefined: it follows from the evidence. */
export function tellSilence(
  { facts, trail }: Journey,
  packet: Packet,
  silence: Told | undefined,
  evidence: readonly Quote[] = [],
): void {
  trail.pass({
    machine: 'client',
    place: { kind: 'interface', name: clientDevice({ facts }) },
    layer: 'link',
    sentence: {
      en: `No machine answers ARP for ${packet.destination}.`,
      ja: `${packet.destination} の ARP に応答がない。`,
    },
    before: packet,
    seed: seed.arp,
    ...shownBy(silence ? [silence] : [], { evidence }),
  });
}

/** After a request: that nobody answered when the LAN was asked for the address, by arping or by the client's kernel; undefined: it does not show. */
export function silenceOf(
  { answer, facts }: Pick<Journey, 'answer' | 'facts'>,
  { destination }: Packet,
): Told | undefined {
  if (answer?.value.asked && answer.value.address === destination) {
    return answer.value.macs.length > 0 ? undefined : told(answer, answer.text.trim().split('\n'));
  }
  const { neighbours } = facts.client; // of a request that was made they are read after it
  if (!neighbours || !unansweredIn(neighbours.text).includes(destination)) return undefined;
  return told(
    neighbours,
    evidenceOf(neighbours, destination).flatMap(({ lines }) => lines),
  );
}

/** `remembered`: the client's kernel still has an entry, so the packet left, for a machine that is not there any more. */
export function silent({ destination }: Packet, remembered: string | undefined, silence: Told): Progress {
  const sentence =
    remembered === undefined
      ? {
          en: `No machine answers ARP for ${destination}: the packet cannot be delivered.`,
          ja: `${destination} の ARP に応答がない。パケットの届け先になるマシンがない。`,
        }
      : {
          en: `No machine answers ARP for ${destination} any more. The client still has ${remembered} in its neighbor table, and its packets reach no machine.`,
          ja: `${destination} の ARP にもう応答がない。クライアントの隣接テーブルには ${remembered} が残り、パケットはどのマシンにも届かない。`,
        };
  return { kind: 'stopped', stop: { cause: 'no-arp-answer', sentence }, told: [silence] };
}

/** All nodes listened, and none of them told of the packet. */
export function notSeen({ answer, facts }: Journey, { name }: NodeFacts, { destination }: Packet): Progress {
  const macs = answer?.value.address === destination ? answer.value.macs.join(', ') : '';
  if (answer && macs !== '') {
    const sentence = {
      en: `${macs} answers ARP for ${destination}, and the packet was not seen on ${name} or any other node.`,
      ja: `${destination} の ARP に ${macs} が答えるが、${name} にもほかのノードにもパケットが届いていない。`,
    };
    return { kind: 'stopped', stop: { cause: 'timeout', sentence }, told: [told(answer, answer.text.split('\n'))] };
  }
  const isKnown = facts.client.neighbours?.value.some(({ address }) => address === destination) ?? false;
  const sentence = isKnown
    ? {
        en: `The client has a MAC address for ${destination}, and its packet was not seen on ${name} or any other node.`,
        ja: `クライアントは ${destination} の MAC アドレスを持っているが、${name} にもほかのノードにもパケットが届いていない。`,
      }
    : {
        en: `The client sent an ARP request for ${destination}, and its packet was not seen on ${name} or any other node.`,
        ja: `クライアントは ${destination} の ARP を送ったが、${name} にもほかのノードにもパケットが届いていない。`,
      };
  return { kind: 'stopped', stop: { cause: isKnown ? 'timeout' : 'no-arp-answer', sentence } };
}

/** The interface that knows a node as its neighbour is the one on the LAN. */
export function clientDevice({ facts }: Pick<Journey, 'facts'>): string {
  const nodes = new Set([...facts.nodes.values()].map(({ address }) => address));
  return facts.client.neighbours?.value.find(({ address }) => nodes.has(address))?.device ?? '';
}
