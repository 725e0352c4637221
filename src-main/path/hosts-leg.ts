import type { Text } from '../contract/text.ts';
import type { HostsLine } from '../facts/hosts-file.ts';
import type { Journey, Progress } from './journey.ts';
import { zoneAddress, type Known } from './known.ts';
import { clientAddress } from './leave-client.ts';
import { newPacket } from './packet.ts';
import type { Read } from '../facts/reading.ts';
import { evidenceOf, quoted } from './path-facts.ts';
import { read } from './read-basis.ts';

/** The name's hop where /etc/hosts of the client has its address; `lookedUp`: what the client's resolver says. */
export function byHostsLine(
  journey: Journey,
  hostsLine: Read<HostsLine>,
  name: string,
  lookedUp: Read<readonly string[]> | undefined,
): string {
  const { line, address } = hostsLine.value;
  const source = clientAddress(journey, undefined) ?? '';
  const inZone = zoneAddress(journey.facts, name);
  const isOther = inZone !== undefined && inZone !== address;
  const zone: Text = isOther ? { en: ` CoreDNS has ${inZone}.`, ja: `CoreDNS では ${inZone}。` } : { en: '', ja: '' };
  const query = { protocol: 'udp', source, sourcePort: null, destination: '', destinationPort: 53, name } as const;
  journey.trail.pass({
    machine: 'client',
    place: { kind: 'resolver', name: 'system' },
    layer: 'name',
    sentence: {
      en: `/etc/hosts line ${line} resolves ${name} to ${address}: no name server is queried.${zone.en}`,
      ja: `/etc/hosts の ${line} 行目が ${name} を ${address} としている。ネームサーバーには問い合わせない。${zone.ja}`,
    },
    before: newPacket(query),
    evidence: [
      quoted(hostsLine, [lineOf(hostsLine)]),
      ...evidenceOf(lookedUp, address),
      ...(isOther ? evidenceOf(journey.facts.cluster.corefile, name) : []),
    ],
    basis: lookedUp ? read.lookUp : journey.trail.predicted,
  });
  return address;
}

/**
 * Where no Service has an address that a line of /etc/hosts gave against the zone: the line is the reason. That nobody answers ARP is
 * said where it was seen; else it is predicted, as no Service has the address.
 */
export function becauseOfHostsLine({ facts, hostsLine }: Known, name: string, progress: Progress): Progress {
  if (!hostsLine || progress.kind !== 'stopped' || progress.stop.because) return progress;
  const { line, address } = hostsLine.value;
  const { cause, sentence } = progress.stop;
  const inZone = zoneAddress(facts, name);
  if (cause !== 'nobody-announces' || inZone === undefined || inZone === address) return progress;
  const text = lineOf(hostsLine);
  const nobody: Text = progress.told?.length
    ? { en: `No machine answers ARP for ${address}.`, ja: `${address} の ARP に応答がない。` }
    : sentence;
  return {
    ...progress,
    stop: {
      cause: 'no-arp-answer',
      because: 'stale-hosts-line',
      sentence: {
        en: `${nobody.en} Line ${line} of the client's /etc/hosts has it: ${text}. CoreDNS has ${inZone}.`,
        ja: `${nobody.ja} クライアントの /etc/hosts の ${line} 行目がこれを指している: ${text}。CoreDNS では ${inZone}。`,
      },
    },
  };
}

function lineOf({ text, value }: Read<HostsLine>): string {
  return text.split('\n').find((one) => one.startsWith(`${value.line}:`)) ?? '';
}
