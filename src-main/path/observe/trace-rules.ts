import { isIPv4 } from 'node:net';
import type { Path } from '../../contract/path.ts';
import { ipv4Endpoint } from '../../facts/network-values.ts';
import { clientAddress } from '../leave-client.ts';
import type { Service } from '../../cluster/services.ts';
import { endpointsBehind } from '../gateway-backends.ts';
import { isSameGateway } from '../gateway-choice.ts';
import type { Known } from '../known.ts';
import { nft, type NftText } from './nft-text.ts';

/** The source ports that a request is sent from. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What tells the packets of one request from all others. */
export interface TraceRules {
  /** Matches of nft, one a line; each sets `nftrace` in the chain that it stands in. */
  readonly matches: readonly NftText[];
  /** Ports by which conntrack's entries are found. */
  readonly ports: readonly number[];
  /** Ports of endpoints: at these a request of TCP is known by its mark, whoever has sent it and over which connection. */
  readonly marked: readonly number[];
}

/** Packets that are no more exactly this request's, because the kernel chose their port, are told of this often at most. */
const LIMIT = nft`limit rate 50/second`;

/** Flags of TCP: SYN alone begins a connection, SYN and ACK answer it. */
const BEGINS = nft`tcp flags & 0x12 == 0x2 `;
const ANSWERS = nft`tcp flags & 0x12 == 0x12 `;
const NOTHING = nft``;

/**
 * What is to be traced for a request along a predicted path: the client's own packet by its addresses and ports; behind
 * masquerade and NGINX, where the kernel chooses the port, the packets between the addresses that it may have.
 */
export function traceRules(known: Known, path: Pick<Path, 'legs'>, ports: PortRange): TraceRules {
  const service = serviceAt(known);
  const proxies = proxiesOn(known, path, service);
  const collected = new Collected();
  const hosts = hostAddresses(known);
  for (const { kind, hops } of path.legs) {
    if (kind === 'back') continue;
    const first = hops.find(({ layer, place }) => layer === 'link' && place.kind === 'interface')?.before;
    if (!first || first.source === '') continue; // it is not known where the client sends from
    const { protocol, source, destination, destinationPort } = first;
    const from = protocol === 'tcp' ? nft`tcp sport ${ports.first}-${ports.last} ` : NOTHING;
    const begins = protocol === 'tcp' ? BEGINS : NOTHING;
    collected.add(
      nft`ip saddr ${source} ip daddr ${destination} ${{ text: from }}${protocol} dport ${destinationPort ?? 0} ${{ text: begins }}`,
    );
    collected.port(destinationPort ?? 0);
    const client = clientAddress(known, undefined) ?? source;
    const senders = [...new Set([client, source, ...hosts])];
    for (const { layer, branches } of hops) {
      if (layer === 'gateway' || branches.length === 0) continue;
      const endpoints = branches.map(({ endpoint }) => endpoint);
      collected.between(senders, endpoints, protocol);
    }
    // a path that is predicted to end before a node chooses may be wrong: then all are watched among whom it would
    if (kind === 'request' && service && !hops.some(({ branches }) => branches.length > 0))
      collected.between(senders, endpointsOf(known, service), protocol);
  }
  // whomever it is to ask, or nobody: only where all are watched it is known whom it asked
  if (proxies.length > 0) collected.between(proxies, endpointsBehind(known.facts), 'tcp');
  return collected;
}

class Collected implements TraceRules {
  readonly #matches = new Set<NftText>();
  readonly #ports = new Set<number>();
  readonly #marked = new Set<number>();

  get matches(): readonly NftText[] {
    return [...this.#matches];
  }

  get ports(): readonly number[] {
    return [...this.#ports];
  }

  get marked(): readonly number[] {
    return [...this.#marked];
  }

  add(match: NftText): void {
    this.#matches.add(nft`${{ text: match }}meta nftrace set 1`);
  }

  port(port: number): void {
    this.#ports.add(port);
  }

  /** Both directions between senders and endpoints; an endpoint that is a name or has IPv6 is not traced. */
  between(senders: readonly string[], endpoints: readonly string[], protocol: 'tcp' | 'udp'): void {
    if (senders.length === 0) return;
    const byPort = new Map<number, string[]>();
    for (const endpoint of endpoints.filter((one) => ipv4Endpoint.safeParse(one).success)) {
      const [address = '', port] = endpoint.split(':');
      byPort.set(Number(port), [...(byPort.get(Number(port)) ?? []), address]);
    }
    for (const [port, addresses] of byPort) {
      const begins = { text: protocol === 'tcp' ? BEGINS : NOTHING };
      const answers = { text: protocol === 'tcp' ? ANSWERS : NOTHING };
      const limit = { text: LIMIT };
      this.add(nft`ip saddr ${senders} ip daddr ${addresses} ${protocol} dport ${port} ${begins}${limit} `);
      this.add(nft`ip saddr ${addresses} ip daddr ${senders} ${protocol} sport ${port} ${answers}${limit} `);
      this.port(port);
      if (protocol === 'tcp') this.#marked.add(port);
    }
  }
}

/** The Service that has the address to which the client sends. */
function serviceAt({ facts, destination }: Known): Service | undefined {
  if (destination === undefined) return undefined;
  return facts.cluster.services?.value.find(({ externalAddresses }) => externalAddresses.includes(destination));
}

function endpointsOf({ facts }: Known, { namespace, name }: Service): readonly string[] {
  const slices = facts.cluster.slices?.value.filter((one) => one.namespace === namespace && one.service === name) ?? [];
  return slices.flatMap(({ endpoints, ports }) =>
    endpoints.flatMap(({ address }) => ports.flatMap(({ port }) => (port === undefined ? [] : [`${address}:${port}`]))),
  );
}

/** Where a path leads through NGINX, or to the address of its Service: the pods of that Gateway, any of which may take the request. */
function proxiesOn({ facts }: Known, { legs }: Pick<Path, 'legs'>, service: Service | undefined): readonly string[] {
  const hops = legs.flatMap((leg) => leg.hops);
  const pods = facts.cluster.pods?.value ?? [];
  const taker = pods.find(
    (pod) =>
      (service !== undefined && isSameGateway(pod, service)) ||
      hops.some(
        ({ layer, place }) =>
          layer === 'gateway' && place.kind === 'pod' && place.name === `${pod.namespace}/${pod.name}`,
      ),
  );
  if (!taker) return [];
  const addresses = pods.filter((pod) => isSameGateway(pod, taker)).flatMap(({ address }) => address ?? []);
  return addresses.filter((address) => isIPv4(address));
}

/** The addresses that a node masquerades with: of its bridge and of its overlay, and its own. */
function hostAddresses({ facts }: Known): readonly string[] {
  return [...facts.nodes.values()].flatMap(({ address, interfaces, links }) => {
    const inner = new Set(
      links?.value.flatMap(({ name, kind }) => (kind === 'vxlan' || kind === 'bridge' ? [name] : [])),
    );
    const own = interfaces?.value.filter(({ name }) => inner.has(name)) ?? [];
    return [address, ...own.flatMap(({ ipv4 }) => ipv4.map((one) => one.address))];
  });
}
