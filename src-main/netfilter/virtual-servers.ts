import { z } from 'zod';
import type { Flow } from './matching.ts';

/** A pod behind a virtual server. */
export interface RealServer {
  /** `10.244.1.3:8080`. */
  readonly endpoint: string;
  /** How packets get there: `Masq` (their destination is rewritten), `Route`, `Tunnel`, `Local`. */
  readonly forward: string;
  /** 0: it gets no new connection. */
  readonly weight: number;
  /** As the kernel prints it, without the connections that it counts. */
  readonly text: string;
}

/** An address and port of which IPVS of a kernel takes the packets. */
export interface VirtualServer {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** How it chooses: `rr`, `wrr`, `lc` … */
  readonly scheduler: string;
  /** A client keeps its real server. */
  readonly persistent: boolean;
  readonly servers: readonly RealServer[];
  /** As the kernel prints it. */
  readonly text: string;
}

/** A client that keeps its real server: session affinity. */
export interface KeptServer {
  readonly protocol: 'tcp' | 'udp';
  readonly client: string;
  /** Of the virtual server: `192.168.2.200:80`. */
  readonly server: string;
  readonly endpoint: string;
  /** As the kernel prints it, without the time that it has left. */
  readonly text: string;
}

export interface Ipvs {
  readonly virtual: readonly VirtualServer[];
  readonly kept: readonly KeptServer[];
}

const protocols = { TCP: 'tcp', UDP: 'udp' } as const;
const protocol = z.enum(['TCP', 'UDP']).transform((name) => protocols[name]);

/**
 * The tables of IPVS as the kernel prints them, all numbers of addresses hexadecimal. Those of IPv6, of other protocols and of
 * firewall marks are left out. Source: /proc/net/ip_vs and /proc/net/ip_vs_conn, net/netfilter/ipvs/ip_vs_ctl.c and ip_vs_conn.c.
 * @throws Error where a line is not as there
 */
export function parseIpvs(text: string): Ipvs {
  const virtual: (VirtualServer & { servers: RealServer[] })[] = [];
  const kept: KeptServer[] = [];
  let isKnown = false;
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '->') {
      const server = isKnown ? realServer(words, line) : undefined;
      if (server) virtual.at(-1)?.servers.push(server);
      continue;
    }
    const kind = protocol.safeParse(words[0]).data;
    isKnown = false;
    if (!kind) continue;
    if (words[1]?.includes(':')) {
      const place = placeOf(words[1]);
      if (!place) continue;
      isKnown = true;
      virtual.push({
        protocol: kind,
        ...place,
        scheduler: words[2] ?? '',
        persistent: words.includes('persistent'),
        servers: [],
        text: line.trimEnd(),
      });
    } else kept.push(...keptServer(kind, words, line));
  }
  return { virtual, kept };
}

/** `-> 0AF40103:1F90 Masq 1 0 0`. */
function realServer([, at = '', forward = '', weight]: readonly string[], text: string): RealServer | undefined {
  const place = placeOf(at);
  return (
    place && {
      endpoint: `${place.address}:${place.port}`,
      forward,
      weight: z.coerce.number().parse(weight),
      text: /^\s*\S+\s+\S+\s+\S+\s+\d+/.exec(text)?.[0] ?? text,
    }
  );
}

/** `TCP C0A80232 0000 C0A802C8 0050 0AF40103 0050 NONE 10791`: a connection without a port of the client is the mould of others. */
function keptServer(kind: 'tcp' | 'udp', words: readonly string[], text: string): readonly KeptServer[] {
  const [, client = '', from = '', address = '', port = '', endpoint = '', at = ''] = words;
  if (from !== '0000' || ![client, address, endpoint].every((one) => /^[0-9A-F]{8}$/.test(one))) return [];
  const [server, chosen] = [placeOf(`${address}:${port}`), placeOf(`${endpoint}:${at}`)];
  if (!server || !chosen) return [];
  return [
    {
      protocol: kind,
      client: addressOf(client),
      server: `${server.address}:${server.port}`,
      endpoint: `${chosen.address}:${chosen.port}`,
      text: /^(?:\S+\s+){7}/.exec(text)?.[0].trim() ?? text,
    },
  ];
}

/** `C0A802C8:0050`; undefined: of IPv6. @throws Error for anything else */
function placeOf(text: string): { readonly address: string; readonly port: number } | undefined {
  if (text.startsWith('[')) return undefined;
  const [, address = '', port = ''] = /^([0-9A-F]{8}):([0-9A-F]{4})$/.exec(text) ?? [];
  if (address === '') throw new Error(`no address of IPVS: ${text}`);
  return { address: addressOf(address), port: Number.parseInt(port, 16) };
}

function addressOf(hex: string): string {
  return [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

/** Schedulers of which each choice is as likely as the weights say; of others it depends on the connections that are open. */
const BY_WEIGHT = ['rr', 'wrr'];

/** Where a virtual server may send a new connection. */
export interface Way {
  readonly server: RealServer;
  /** 0 to 1. */
  readonly probability: number;
  /** The client was sent there before, and is sent there again. */
  readonly remembered: boolean;
  /** The lines that say so. */
  readonly lines: readonly string[];
}

/** The virtual server of a packet; undefined: IPVS lets it pass. */
export function virtualServerOf(
  { virtual }: Ipvs,
  { protocol: kind, destination, destinationPort }: Pick<Flow, 'protocol' | 'destination' | 'destinationPort'>,
): VirtualServer | undefined {
  return virtual.find(
    ({ protocol: own, address, port }) => own === kind && address === destination && port === destinationPort,
  );
}

/** The ways of a new connection of a client to a virtual server; none: the kernel refuses it. */
export function waysOf({ kept }: Ipvs, chosen: VirtualServer, client: string): readonly Way[] {
  const { protocol: kind, address, port, scheduler, text } = chosen;
  const open = chosen.servers.filter(({ weight }) => weight > 0);
  const memory = kept.find(
    (one) => chosen.persistent && one.protocol === kind && one.client === client && one.server === `${address}:${port}`,
  );
  const again = memory && open.find(({ endpoint }) => endpoint === memory.endpoint);
  if (again) return [{ server: again, probability: 1, remembered: true, lines: [text, again.text, memory.text] }];
  const weightOf = ({ weight }: RealServer) => (scheduler === 'wrr' ? weight : 1);
  const total = open.reduce((sum, server) => sum + weightOf(server), 0);
  return open.map((server) => ({
    server,
    probability: weightOf(server) / total,
    remembered: false,
    lines: [text, ...open.map((one) => one.text)],
  }));
}

/** Whether the shares of a virtual server are known from its weights alone. */
export function sharesAreKnown({ scheduler }: VirtualServer): boolean {
  return BY_WEIGHT.includes(scheduler);
}
