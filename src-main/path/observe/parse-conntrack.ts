import { isIPv4 } from 'node:net';
import { portText } from '../../facts/network-values.ts';

interface Tuple {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** A flow that a kernel keeps track of. */
export interface TrackedFlow {
  readonly protocol: 'tcp' | 'udp';
  /** As its first packet came in. */
  readonly original: Tuple;
  /** As its answers come in: both addresses as they are after translation, turned round. */
  readonly reply: Tuple;
  /** Of TCP: `SYN_SENT`, `ESTABLISHED`; undefined: it has none. */
  readonly state: string | undefined;
  /** Whether an answer has come. */
  readonly replied: boolean;
  /** Of an event: seconds since 1970. */
  readonly time: number | undefined;
  /** As it was printed. */
  readonly line: string;
}

/**
 * Flows as `conntrack -L -o extended` and `conntrack -E -o timestamp,extended` print them; others than TCP and UDP over IPv4
 * are left out. Format: `ipv4 2 tcp 6 119 TIME_WAIT src=… dst=… sport=… dport=… src=… … [ASSURED] mark=0 use=1`.
 */
export function parseConntrack(text: string): readonly TrackedFlow[] {
  return text.split('\n').flatMap((line) => flowIn(line.trim()) ?? []);
}

function flowIn(line: string): TrackedFlow | undefined {
  const words = line.split(/\s+/);
  const family = words.indexOf('ipv4');
  const protocol = words[family + 2];
  if (family < 0 || (protocol !== 'tcp' && protocol !== 'udp')) return undefined;
  const start = words.findIndex((word) => word.startsWith('src='));
  const original = tupleOf(words.slice(start, start + 4));
  const replied = !words.includes('[UNREPLIED]');
  const answer = words.findIndex((word, index) => index > start && word.startsWith('src='));
  const reply = tupleOf(words.slice(answer, answer + 4));
  if (!original || !reply) return undefined;
  const [, time] = /^\[(\d+\.\d+)\]/.exec(line) ?? [];
  const state = words.slice(family + 3, start).find((word) => /^[A-Z_]{2,20}\d?$/.test(word));
  return { protocol, state, original, reply, replied, time: time === undefined ? undefined : Number(time), line };
}

const NAMES = ['src=', 'dst=', 'sport=', 'dport='] as const;

function tupleOf(words: readonly string[]): Tuple | undefined {
  if (!NAMES.every((name, index) => words[index]?.startsWith(name))) return undefined;
  const [source = '', destination = '', ...ports] = words.map((word) => word.slice(word.indexOf('=') + 1));
  const [sourcePort, destinationPort] = ports.map((text) => portText.safeParse(text).data);
  if (!isIPv4(source) || !isIPv4(destination) || sourcePort === undefined || destinationPort === undefined)
    return undefined;
  return { source, sourcePort, destination, destinationPort };
}
