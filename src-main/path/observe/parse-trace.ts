import { isIPv4 } from 'node:net';
import type { Packet } from '../../contract/path.ts';
import { portText } from '../../facts/network-values.ts';
import { newPacket } from '../packet.ts';

/** A packet as it is when a chain begins. */
interface ArrivedPacket {
  readonly kind: 'packet';
  readonly packet: Packet;
  /** That it came in by. */
  readonly device: string;
  /** It belongs to a connection of TCP that is open already: rules of nat are not asked about it. */
  readonly continues: boolean;
}

export type TraceLine = {
  readonly table: string;
  readonly chain: string;
  /** As it was printed. */
  readonly line: string;
} & (
  | ArrivedPacket
  /** `verdict` is `jump`, `accept` … and `to` the chain of a jump. */
  | { readonly kind: 'rule'; readonly rule: string; readonly verdict: string; readonly to: string }
  | { readonly kind: 'policy'; readonly verdict: string }
);

/** What a kernel told of one packet, in order. The id is that kernel's own, and not of one packet alone. */
export interface Trace {
  readonly id: string;
  readonly lines: readonly TraceLine[];
}

/**
 * The packets in the output of `nft monitor trace`; lines of anything else are left out, and packets that are neither TCP
 * nor UDP over IPv4. Format: `trace id 7205806d ip nat PREROUTING packet: …`, `… rule … (verdict jump CHAIN)`,
 * `… policy accept`; source: src/netlink.c of nftables, netlink_events_trace_cb.
 */
export function parseTraces(text: string): readonly Trace[] {
  const traces: { readonly id: string; readonly lines: TraceLine[] }[] = [];
  const latest = new Map<string, TraceLine[]>();
  for (const line of text.split('\n')) {
    const [, id, table = '', chain = '', rest = ''] = /^trace id (\w+) \w+ (\S+) (\S+) (.*)$/.exec(line) ?? [];
    if (id === undefined) continue;
    const found = readLine({ table, chain, line }, rest);
    if (!found) continue;
    let lines = latest.get(id);
    if (!lines || beginsAnew(lines, found)) {
      lines = [];
      latest.set(id, lines);
      traces.push({ id, lines });
    }
    lines.push(found);
  }
  return traces;
}

/** A kernel makes the id from where the packet is in memory: on a busy node the next packet there has it again. */
function beginsAnew(lines: readonly TraceLine[], { kind, table, chain }: TraceLine): boolean {
  const isFirst = kind === 'packet' && /^before$|prerouting/i.test(chain);
  return isFirst && lines.some((line) => line.kind === kind && line.table === table && line.chain === chain);
}

function readLine(place: { table: string; chain: string; line: string }, rest: string): TraceLine | undefined {
  if (rest.startsWith('packet: ')) {
    const packet = readPacket(rest);
    return packet && { ...place, ...packet };
  }
  if (rest.startsWith('rule ')) {
    const end = rest.lastIndexOf(' (verdict ');
    const [, verdict, to = ''] = /^ \(verdict (\w+)(?: ([^()]+))?\)\s*$/.exec(rest.slice(Math.max(end, 0))) ?? [];
    const rule = rest.slice('rule '.length, end).trim();
    return verdict === undefined ? undefined : { ...place, kind: 'rule', rule, verdict, to };
  }
  const [, policy] = /^policy (\w+)/.exec(rest) ?? [];
  return policy === undefined ? undefined : { ...place, kind: 'policy', verdict: policy };
}

function readPacket(text: string): ArrivedPacket | undefined {
  const word = (name: string) => new RegExp(`(?:^| )${name} "?([^" ]+)"?`).exec(text)?.[1];
  const protocol = (['tcp', 'udp'] as const).find((one) => word(`${one} sport`) !== undefined);
  const [source, destination] = [word('ip saddr'), word('ip daddr')];
  const ports = [word(`${protocol ?? ''} sport`), word(`${protocol ?? ''} dport`)].map(
    (port) => portText.safeParse(port).data,
  );
  const [sourcePort, destinationPort] = ports;
  if (!protocol || sourcePort === undefined || destinationPort === undefined) return undefined;
  if (source === undefined || destination === undefined || ![source, destination].every((one) => isIPv4(one)))
    return undefined;
  const macs = { sourceMac: word('ether saddr') ?? null, destinationMac: word('ether daddr') ?? null };
  return {
    kind: 'packet',
    packet: { ...newPacket({ protocol, source, sourcePort, destination, destinationPort }), ...macs },
    device: word('iif') ?? '',
    continues: protocol === 'tcp' && isOpen(/ tcp flags == (.+?) tcp /.exec(text)?.[1] ?? ''),
  };
}

/** Flags as nft prints them, `0x18` or `psh | ack`: an answer to an answer. */
function isOpen(flags: string): boolean {
  const [, hex] = /^0x([0-9a-f]+)$/.exec(flags) ?? [];
  if (hex !== undefined) return (Number.parseInt(hex, 16) & 0x12) === 0x10;
  return /\back\b/.test(flags) && !/\bsyn\b/.test(flags);
}
