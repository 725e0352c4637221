import { holds, addressNumber, parseCidr } from '../lab/ipv4.ts';
import type { Direction, IpSet } from './ip-sets.ts';
import type { Condition, Field } from './ruleset.ts';

/** The packet as rules see it. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp';
  readonly source: string;
  /** Undefined: not known before the packet is sent. */
  readonly sourcePort: number | undefined;
  readonly destination: string;
  readonly destinationPort: number;
  readonly mark: number;
  /** Empty where there is none: a packet that the machine itself sends. */
  readonly inInterface: string;
  /** Empty before the routing decision. */
  readonly outInterface: string;
  /** Its destination was rewritten. */
  readonly dnatted: boolean;
  /** Its source is to be rewritten to an address of the interface that it leaves by. */
  readonly masqueraded: boolean;
}

/** What rules ask for that is not in the packet. */
export interface Surroundings {
  /** The machine's own addresses. */
  readonly own: ReadonlySet<string>;
  /** Clients that session affinity remembers, by the name of the list; iptables alone. */
  readonly remembered: ReadonlyMap<string, ReadonlySet<string>>;
  /** The elements of a set of the rule's table. */
  readonly set: (name: string) => readonly (readonly string[])[];
  /** A set of `ipset`; undefined: not read, or there is none. */
  readonly ipSet: (name: string) => IpSet | undefined;
}

/** How likely a condition holds: 0, 1, or in between for what is left to chance; undefined: Hoplab does not know it. */
export function likelihood(condition: Condition, flow: Flow, around: Surroundings): number | undefined {
  if (condition.kind === 'unknown') return undefined;
  if (condition.kind === 'chance') return condition.probability;
  if (condition.kind === 'ip-set') {
    const set = around.ipSet(condition.set);
    const isIn = set && isInSet(set, condition.directions, flow);
    return isIn === undefined ? undefined : isIn === condition.negated ? 0 : 1;
  }
  return matches(condition, flow, around) === condition.negated ? 0 : 1;
}

type Sure = Exclude<Condition, { kind: 'unknown' | 'chance' | 'ip-set' }>;

function matches(condition: Sure, flow: Flow, around: Surroundings): boolean {
  switch (condition.kind) {
    case 'network':
      return inNetwork(flow[condition.field], condition.network);
    case 'protocol':
      return condition.protocol === flow.protocol;
    case 'port': {
      const port = Number(valueOf(flow, condition.field));
      return condition.ranges.some(({ first, last }) => first <= port && port <= last);
    }
    case 'interface':
      return isInterface(condition.side === 'in' ? flow.inInterface : flow.outInterface, condition.name);
    case 'mark':
      return (flow.mark & condition.mask) >>> 0 === condition.value >>> 0;
    case 'state':
      return condition.states.includes('new') || (flow.dnatted && condition.states.includes('dnat'));
    case 'local':
      return around.own.has(flow[condition.field]) || flow[condition.field].startsWith('127.');
    case 'member': {
      const values = condition.fields.map((field) => valueOf(flow, field));
      return around.set(condition.set).some((element) => isElement(element, values));
    }
    case 'remembered':
      return around.remembered.get(condition.list)?.has(flow.source) ?? false;
  }
}

/** Whether a packet is in a set, as the match `-m set --match-set NAME dst,dst` asks; undefined: that cannot be said. */
function isInSet({ parts, elements }: IpSet, directions: readonly Direction[], flow: Flow): boolean | undefined {
  if (flow.sourcePort === undefined && parts.some((part, at) => part === 'port' && directions[at] === 'src'))
    return undefined;
  if (parts.length !== directions.length || !parts.every((part) => /^(?:ip|net|port)$/.test(part))) return undefined;
  const values = parts.map((part, index) => {
    const isSource = directions[index] === 'src';
    if (part !== 'port') return isSource ? flow.source : flow.destination;
    return String((isSource ? flow.sourcePort : flow.destinationPort) ?? '');
  });
  return elements.some((element) => {
    const [protocol] = element.flatMap((word) => /^(\w+):/.exec(word)?.[1] ?? []);
    if (protocol !== undefined && protocol !== flow.protocol) return false;
    return isElement(
      element.map((word) => word.replace(/^\w+:/, '')),
      values,
    );
  });
}

/** What a packet has in a field, as nft writes it. */
export function valueOf(flow: Flow, field: Field): string {
  switch (field) {
    case 'source':
    case 'destination':
    case 'protocol':
      return flow[field];
    case 'source-port':
      return String(flow.sourcePort ?? '');
    case 'destination-port':
      return String(flow.destinationPort);
  }
}

/** Whether an element of a set or map holds the values; it may name networks and ranges. */
export function isElement(element: readonly string[], values: readonly string[]): boolean {
  return (
    element.length === values.length && element.every((word, index) => word === '*' || isIn(values[index] ?? '', word))
  );
}

function isIn(value: string, word: string): boolean {
  if (value === word) return true;
  if (word.includes('/')) return inNetwork(value, word);
  const [first, last] = word.split('-');
  if (first === undefined || last === undefined) return false;
  if (first.includes('.')) {
    const number = addressNumber(value);
    return addressNumber(first) <= number && number <= addressNumber(last);
  }
  return Number(first) <= Number(value) && Number(value) <= Number(last);
}

/** Whether an address lies in a network: `10.244.0.0/16`, or an address alone. */
export function inNetwork(address: string, network: string): boolean {
  if (address === network) return true;
  return network.includes('/') && holds(parseCidr(network), addressNumber(address));
}

function isInterface(name: string, pattern: string): boolean {
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
