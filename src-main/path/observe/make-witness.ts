import type { Packet } from '../../contract/path.ts';
import type { Text } from '../../contract/text.ts';
import type { Deed, ToldDeed } from '../deed.ts';
import { newPacket } from '../packet.ts';
import { told, type NodeFacts, type Told } from '../path-facts.ts';
import type { Hook } from '../../netfilter/ruleset.ts';
import type { Attempt, Sighting, Witness } from '../witness.ts';
import { parseConntrack, type TrackedFlow } from './parse-conntrack.ts';
import { parseTraces, type Trace, type TraceLine } from './parse-trace.ts';
import { READY, UNMARKED, WATCHED } from './trace-command.ts';

/** What a node printed while a request was made. */
export interface Watched {
  readonly node: NodeFacts;
  readonly command: string;
  /** By `nft monitor trace`. */
  readonly traced: string;
  /** By `conntrack`. */
  readonly tracked: string;
  /** Why it could not trace, or not until the end: what it does not tell means nothing. Undefined: it could. */
  readonly blind: Text | undefined;
  /** The ports at which it looked for the mark; undefined: at all. */
  readonly marked?: readonly number[] | undefined;
}

/** Joins what all nodes saw of one request. Its time begins where a kernel tells first of the client's own packets. */
export function makeWitness(watched: readonly Watched[]): Witness {
  const seers = new Map(watched.map((one) => [one.node.name, new Seer(one)]));
  const first = Math.min(...[...seers.values()].flatMap((seer) => seer.times));
  return {
    find: (node, packet) => seers.get(node)?.find(packet, first),
    watched: (node) => seers.get(node)?.watched,
    blind: (node) => watched.find((one) => one.node.name === node)?.blind,
    carried: (node, source, ports) => seers.get(node)?.carried(source, ports),
    unmarked: (node) => seers.get(node)?.unmarked,
    attempts: (node, source, endpoints) => seers.get(node)?.attempts(source, endpoints) ?? [],
    isOpen: (node, packet) => seers.get(node)?.isOpen(packet),
    tracks: (node, packet) => seers.get(node)?.tracks(packet) ?? false,
    flow(packet) {
      for (const seer of seers.values()) {
        const found = seer.find(packet, first)?.packet;
        if (found) return { source: found.source, sourcePort: found.sourcePort };
      }
      return undefined;
    },
  };
}

type ArrivedLine = Extract<TraceLine, { kind: 'packet' }>;

function isArrival(line: TraceLine): line is ArrivedLine {
  return line.kind === 'packet';
}

/** What one node saw. */
class Seer {
  readonly #watched: Watched;
  readonly #traces: readonly { readonly trace: Trace; readonly first: ArrivedLine }[];
  /** By `keyOf`. */
  readonly #flows = new Map<string, TrackedFlow[]>();

  constructor(watched: Watched) {
    this.#watched = watched;
    for (const flow of parseConntrack(watched.tracked)) {
      const key = keyOf({ protocol: flow.protocol, ...flow.original });
      this.#flows.set(key, [...(this.#flows.get(key) ?? []), flow]);
    }
    this.#traces = parseTraces(watched.traced).flatMap((trace) => {
      const first = trace.lines.find(isArrival);
      return first ? [{ trace, first }] : [];
    });
  }

  /** When the flows began that are the client's and nobody else's, in seconds since 1970. */
  get times(): readonly number[] {
    const own = this.#traces.filter(({ trace }) => !trace.lines.some(isLimited));
    return own.flatMap(({ first }) => this.#tracked(first.packet).flatMap(({ time }) => time ?? []));
  }

  #tracked(first: Packet): readonly TrackedFlow[] {
    return this.#flows.get(keyOf(first)) ?? [];
  }

  /** @param began seconds since 1970 from which its time counts */
  find(packet: Packet, began: number): Sighting | undefined {
    const found = this.#traces.find(({ first }) => isFlow(first.packet, packet));
    if (!found) return undefined;
    const { trace, first } = found;
    const tracked = this.#tracked(first.packet);
    const flow = tracked.at(-1);
    const time = tracked.find((one) => one.time !== undefined)?.time;
    const last = trace.lines.filter(isArrival).at(-1) ?? first;
    const left = flow ? leftBy(flow) : isDropped(trace) ? undefined : last.packet;
    const answers = left ? this.#answers(left) : [];
    const flows = flow ? [this.#evidence([...new Set(tracked.map((one) => one.line))])] : [];
    return {
      packet: first.packet,
      device: first.device,
      continues: first.continues || !trace.lines.some((line) => this.#isNat(line)),
      arrival: this.#evidence([first.line]),
      at: time === undefined || began === Infinity ? null : (time - began) * 1000,
      hooks: this.#hooks(trace),
      left,
      leaving: flow ? flows : [this.#evidence([last.line])],
      tracked: flows,
      replied: answers.length > 0 || tracked.some(({ replied }) => replied),
      answers,
    };
  }

  get watched(): Told | undefined {
    const { blind, traced } = this.#watched;
    if (blind || !traced.includes(READY)) return undefined;
    // nft may have begun a line of its own before it
    return this.#evidence(traced.split('\n').filter((line) => line.includes(READY) || line.includes(WATCHED)));
  }

  tracks(packet: Packet): boolean {
    return this.#flows.has(keyOf(packet));
  }

  attempts(source: string, endpoints: readonly string[]): readonly Attempt[] {
    return [...this.#flows.values()].flatMap((flows) => {
      const [flow] = flows.slice(-1);
      if (flow?.original.source !== source || !flows.some(({ time }) => time !== undefined)) return [];
      const endpoint = `${flow.original.destination}:${flow.original.destinationPort}`;
      const isMade = flow.replied && flow.state !== 'CLOSE';
      if (isMade || !endpoints.includes(endpoint)) return [];
      return [{ endpoint, evidence: this.#evidence(flows.map(({ line }) => line)) }];
    });
  }

  isOpen(packet: Packet): ReturnType<Witness['isOpen']> {
    const flow = this.#flows.get(keyOf(packet))?.at(-1);
    return flow && { open: flow.state === 'ESTABLISHED', evidence: this.#evidence([flow.line]) };
  }

  get unmarked(): ReturnType<Witness['unmarked']> {
    const line = this.#watched.traced.split('\n').find((one) => one.startsWith(UNMARKED));
    return line === undefined ? undefined : { said: line.slice(UNMARKED.length).trim() };
  }

  carried(source: string, ports: readonly number[]): ReturnType<Witness['carried']> {
    const { blind, marked } = this.#watched;
    if (blind ?? this.unmarked) return undefined;
    if (marked && !ports.every((port) => marked.includes(port))) return undefined;
    return this.#traces
      .filter(({ trace, first }) => first.packet.source === source && trace.lines.some(isMarked))
      .map(({ trace, first }) => {
        const marked = trace.lines.filter(isMarked).map((one) => one.line);
        return { packet: first.packet, evidence: this.#evidence([first.line, ...marked]) };
      });
  }

  #answers(left: Packet): readonly Told[] {
    const found = this.#traces.find(
      ({ first: { packet } }) =>
        packet.source === left.destination &&
        packet.sourcePort === left.destinationPort &&
        packet.destination === left.source &&
        (left.sourcePort === null || packet.destinationPort === left.sourcePort),
    );
    return found ? [this.#evidence(found.trace.lines.map(({ line }) => line))] : [];
  }

  #hooks(trace: Trace): ReadonlyMap<Hook, readonly ToldDeed[]> {
    const hooks = new Map<Hook, ToldDeed[]>();
    let hook: Hook = 'prerouting';
    for (const line of trace.lines) {
      if (line.table.startsWith('hoplab_trace_')) continue;
      if (line.kind === 'packet') hook = this.#hookOf(line) ?? hook;
      const deeds = hooks.get(hook) ?? [];
      hooks.set(hook, deeds);
      const deed = this.#deed(line);
      if (deed) deeds.push(deed);
    }
    return hooks;
  }

  /** Rules of nat see the first packet of a connection alone, and of UDP a query may continue one as well. */
  #isNat(line: TraceLine): boolean {
    return !/^(?:hoplab_trace_.*|raw|mangle)$/.test(line.table) && this.#hookOf(line) === 'prerouting';
  }

  #hookOf({ table, chain }: TraceLine): Hook | undefined {
    const base = this.#watched.node.rules?.bases.find((one) => one.table === table && one.name === chain);
    if (base) return base.hook;
    const name = chain.toLowerCase();
    return (['prerouting', 'postrouting', 'forward', 'input', 'output'] as const).find((one) => name.includes(one));
  }

  #deed(traced: TraceLine): ToldDeed | undefined {
    if (traced.kind === 'packet' || (traced.kind === 'policy' && traced.verdict !== 'drop')) return undefined;
    const { table, chain, line } = traced;
    const to = traced.kind === 'rule' ? traced.to : '';
    const rule = this.#watched.node.rules?.chains
      .get(`${table} ${chain}`)
      ?.find(({ actions }) => actions.some((action) => 'chain' in action && action.chain === to));
    const evidence = this.#evidence([line]);
    const base = { table, chain, comment: rule?.comment ?? '', evidence: [evidence] };
    if (traced.kind === 'policy') return { ...base, kind: 'drop', to };
    return { ...base, to, kind: kindOf(traced) };
  }

  #evidence(lines: readonly string[]): Told {
    const { node, command, traced, tracked } = this.#watched;
    return told({ machine: node.name, command, sudo: true, text: `${traced}\n${tracked}` }, lines);
  }
}

/** A packet that may be another client's: see `traceRules`. */
function isLimited(line: TraceLine): boolean {
  return line.kind === 'rule' && line.table.startsWith('hoplab_trace_') && line.rule.includes('limit rate');
}

/** iptables' own raw table traces what carries the mark: see `traceCommand`. */
function isMarked(line: TraceLine): boolean {
  return line.kind === 'rule' && line.table === 'raw' && line.rule.includes('nftrace set 1');
}

/** nft prints what a rule of iptables does in its own words, or as `xt target "DNAT"` where it lacks them. */
function kindOf({ verdict, rule }: Extract<TraceLine, { kind: 'rule' }>): Deed['kind'] {
  if (verdict === 'jump' || verdict === 'goto') return 'jump';
  if (/\breject\b/i.test(rule)) return 'reject';
  if (verdict === 'drop' || verdict === 'return') return verdict;
  if (/\bdnat\b/i.test(rule) && !rule.includes('ct status')) return 'dnat';
  if (/\bmasquerade\b/i.test(rule) && verdict === 'accept') return 'masquerade';
  if (/mark set|target "?MARK/i.test(rule)) return 'mark';
  return verdict === 'accept' ? 'accept' : 'other';
}

function keyOf({ protocol, source, sourcePort, destination, destinationPort }: Ports): string {
  return `${protocol} ${source}:${sourcePort ?? ''} ${destination}:${destinationPort ?? ''}`;
}

type Ports = Pick<Packet, 'protocol' | 'source' | 'sourcePort' | 'destination' | 'destinationPort'>;

function isFlow(seen: Packet, packet: Ports): boolean {
  return (
    seen.protocol === packet.protocol &&
    seen.source === packet.source &&
    (packet.sourcePort === null || seen.sourcePort === packet.sourcePort) &&
    seen.destination === packet.destination &&
    seen.destinationPort === packet.destinationPort
  );
}

/** The packet as it left: the answer that conntrack waits for, turned round. Without its entry: as the last chain saw it. */
function leftBy({ protocol, reply }: TrackedFlow): Packet {
  return newPacket({
    protocol,
    source: reply.destination,
    sourcePort: reply.destinationPort,
    destination: reply.source,
    destinationPort: reply.sourcePort,
  });
}

function isDropped({ lines }: Trace): boolean {
  return lines.some((line) => line.kind !== 'packet' && line.verdict === 'drop');
}
