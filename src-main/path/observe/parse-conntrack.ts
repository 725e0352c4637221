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

const TUPLE = String.raw`src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)`;
const FLOW = new RegExp(
  String.raw`(?:^|\s)(tcp|udp) +\d+ (?:\d+ +)?([A-Z_]+\d?)?.*?${TUPLE} (\[UNREPLIED\] )?${TUPLE}`,
);

/**
 * Flows as `conntrack -L -o extended` and `conntrack -E -o timestamp,extended` print them; others than TCP and UDP over IPv4
 * are left out. Format: `ipv4 2 tcp 6 119 TIME_WAIT src=… dst=… sport=… dport=… src=… … [ASSURED] mark=0 use=1`.
 */
export function parseConntrack(text: string): readonly TrackedFlow[] {
  return text.split('\n').flatMap((line) => {
    const found = FLOW.exec(line);
    if (!found || !/(?:^|\s)ipv4 /.test(line)) return [];
    const [, protocol, state, ...words] = found;
    const original = tupleOf(words.slice(0, 4));
    const unreplied = words[4] !== undefined;
    const time = /^\[(\d+\.\d+)\]/.exec(line.trim())?.[1];
    return [
      {
        protocol: protocol === 'udp' ? 'udp' : 'tcp',
        state,
        original,
        reply: tupleOf(words.slice(5, 9)),
        replied: !unreplied,
        time: time === undefined ? undefined : Number(time),
        line: line.trim(),
      },
    ];
  });
}

function tupleOf([source = '', destination = '', sourcePort, destinationPort]: readonly (string | undefined)[]): Tuple {
  return { source, destination, sourcePort: Number(sourcePort), destinationPort: Number(destinationPort) };
}
