import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Path } from '../../src-main/contract/path.ts';
import { exec, info } from './lab.ts';
import { script } from './script.ts';

/** A packet where tcpdump saw it. */
interface Captured {
  readonly machine: string;
  readonly device: string;
  readonly direction: string;
  /** `192.168.2.50.48356` */
  readonly source: string;
  readonly destination: string;
  /** The same wherever one packet is seen: TCP's sequence number, or the number of a DNS query. */
  readonly mark: string;
  /** What it carries in the header by which Hoplab knows its request. */
  header: string | undefined;
}

const FILTER =
  'udp port 30053 or udp dst port 53 or (tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn) or (tcp dst port 8080 and tcp[tcpflags] & tcp-push != 0)';
const LINE =
  /^\S+ (\S+) +(In|Out) +IP (\d+\.\d+\.\d+\.\d+\.\d+) > (\d+\.\d+\.\d+\.\d+\.\d+): (?:Flags \[[^\]]*\], seq (\d+)|(\d+)[+*|% ])/;

/** tcpdump on every interface of every node: what passes, without Hoplab. */
export class Capture {
  readonly #packets: Captured[] = [];
  readonly #stops: (() => void)[] = [];

  static async start(): Promise<Capture> {
    const capture = new Capture();
    const { nodes } = await info();
    await Promise.all(nodes.map(({ name, hostname }) => capture.#watch(name, hostname)));
    return capture;
  }

  /** How many packets were seen until now: where the next situation begins. */
  get position(): number {
    return this.#packets.length;
  }

  async stop(): Promise<void> {
    const { nodes } = await info();
    for (const stop of this.#stops) stop();
    await Promise.all(nodes.map(({ name }) => exec(name, 'pkill -x tcpdump')));
  }

  /**
   * Where a packet was that left the client from `source` to `destination` since `from`, by any address that it had: it comes in on eth0, goes
   * through tunnels, and out by the cable of a pod. `MACHINE DEVICE SOURCE > DESTINATION`, sorted.
   */
  wayOf(source: string, destination: string, from: number): readonly string[] {
    const since = this.#packets.slice(from);
    const first = since.find(
      (packet) => packet.source === source && packet.destination === destination && packet.device === 'eth0',
    );
    if (!first) return [];
    return crossings(since.filter(({ mark }) => mark === first.mark));
  }

  /**
   * Where the packet was by which a pod asked another one at port 8080, as NGINX does for its client: the one with Hoplab's
   * header; without any, as where nothing could be sent, the first.
   */
  wayFrom(pod: string, from: number, header: string | undefined): readonly string[] {
    const since = this.#packets.slice(from);
    const asked = since.filter(
      ({ source, destination }) => source.startsWith(`${pod}.`) && destination.endsWith('.8080'),
    );
    const first = asked.find((packet) => packet.header !== undefined && packet.header === header) ?? asked[0];
    if (!first) return [];
    return crossings(since.filter(({ mark, source }) => mark === first.mark && source.startsWith(`${pod}.`)));
  }

  /** Whether a request with this header was seen since `from`: on a busy machine tcpdump is late, and loses packets. */
  saw(header: string | undefined, from: number): boolean {
    return this.#packets.slice(from).some((packet) => packet.header !== undefined && packet.header === header);
  }

  #watch(name: string, hostname: string): Promise<void> {
    const buffer = ['-s', '2000', '-B', '16384']; // without them a busy lab loses packets
    const args = [
      'exec',
      name,
      'tcpdump',
      '-i',
      'any',
      '-lAnn',
      '--immediate-mode',
      ...buffer,
      '-S',
      '-T',
      'domain',
      FILTER,
    ];
    const child = spawn(script, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#stops.push(() => child.kill());
    let packet: Captured | undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (packet) packet.header ??= /^X-Hoplab-Trace: (\S+)/.exec(line)?.[1];
      const [, device = '', direction = '', source = '', destination = '', seq, query] = LINE.exec(line) ?? [];
      const mark = seq ?? query;
      if (mark === undefined) return;
      packet = { machine: hostname, device, direction, source, destination, mark, header: undefined };
      this.#packets.push(packet);
    });
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.startsWith('listening on')) resolve();
      });
      child.once('exit', () => reject(new Error(`tcpdump on ${hostname} ended`)));
    });
  }
}

function crossings(packets: readonly Captured[]): readonly string[] {
  const told = packets.filter(
    ({ device, direction }) =>
      (device === 'eth0' && direction === 'In') ||
      device === 'flannel.1' ||
      (device.startsWith('veth') && direction === 'Out'),
  );
  return unique(
    told.map(({ machine, device, source, destination }) => `${machine} ${device} ${source} > ${destination}`),
  );
}

/** The same of a path: where its hops say that the packet was. `by`: the first leg's own request, or that of a pod. */
export function wayTold({ legs }: Path, kind: 'name' | 'request', by: (source: string) => boolean): readonly string[] {
  const hops = legs.filter((leg) => leg.kind === kind).flatMap((leg) => leg.hops);
  return unique(
    hops.flatMap(({ machine, layer, place, before, after }) => {
      const isOnLink = place.kind === 'interface' && (layer === 'link' || layer === 'overlay');
      if (machine === 'client' || !isOnLink || !by(before.source)) return [];
      const { source, sourcePort, destination, destinationPort } = place.name === 'flannel.1' ? after : before;
      return [`${machine} ${place.name} ${source}.${String(sourcePort)} > ${destination}.${String(destinationPort)}`];
    }),
  );
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].sort();
}
