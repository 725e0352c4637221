import { isIPv4 } from 'node:net';
import { corefileAnswer } from '../cluster/corefile-answer.ts';
import { linesOf } from '../facts/entries.ts';
import { hostsFile, hostsLineOf, type HostsLine } from '../facts/hosts-file.ts';
import type { WayTo } from '../facts/way-to.ts';
import { wayTo } from '../facts/way-to.ts';
import { curlVersion } from '../facts/curl-version.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { readAdvertisements } from './announcement.ts';
import { readNodePortAddresses } from './closed-node-port.ts';
import type { Read } from '../facts/reading.ts';
import { isInZone } from '../lab/in-zone.ts';
import type { PathFacts } from './path-facts.ts';
import { readCorefile, Reader, readPathFacts } from './read-facts.ts';
import type { Target } from './target.ts';

/** What is known before a path is followed: the facts, and what the client says about this target. */
export interface Known {
  readonly facts: PathFacts;
  readonly target: Target;
  /** The address that the client sends its first packet to; undefined: it sends none, or the name is not known. */
  readonly destination: string | undefined;
  /** How the client's kernel sends packets to an address. */
  readonly ways: ReadonlyMap<string, Read<WayTo | undefined>>;
  /** How the client's curl calls itself, `curl/8.5.0`; undefined: it is not known, for no route asks for it. */
  readonly agent?: string | undefined;
  /** The line of the client's /etc/hosts by which its resolver knows the name; undefined: it is not from there. */
  readonly hostsLine?: Read<HostsLine> | undefined;
  /** The addresses that the client's resolver gives a name that CoreDNS's zone does not tell. */
  readonly lookedUp: Read<readonly string[]> | undefined;
}

/** Reads what is known of a target, all machines at once. @throws Cancelled */
export async function readKnown(context: LabContext, target: Target, signal: AbortSignal): Promise<Known> {
  const reader = new Reader(context, signal);
  const corefile = readCorefile(reader);
  const [facts, outgoing] = await Promise.all([
    readPathFacts(reader, corefile),
    readOutgoing(reader, target, corefile), // long before the API server has told of all its objects
  ]);
  const version = asksForAgent(facts) ? await reader.read('client', curlVersion) : undefined;
  const agent = version?.value === undefined ? undefined : `curl/${version.value}`;
  const opened = await readNodePortAddresses(reader, facts, {
    address: outgoing.destination,
    port: target.kind === 'http' ? target.port : undefined,
  });
  const advertisements = await readAdvertisements(reader, facts, outgoing.destination);
  return { facts: { ...facts, nodePortAddresses: opened, advertisements }, target, agent, ...outgoing };
}

function asksForAgent({ cluster }: PathFacts): boolean {
  const matches = cluster.routes?.value.flatMap(({ rules }) => rules.flatMap((rule) => rule.matches)) ?? [];
  return matches.some(({ headers }) => headers.some(({ name }) => name.toLowerCase() === 'user-agent'));
}

/** What the client does with the target: the address it sends to, and how. */
async function readOutgoing(
  reader: Reader,
  target: Target,
  corefile: Promise<Read<string> | undefined>,
): Promise<Pick<Known, 'destination' | 'hostsLine' | 'lookedUp' | 'ways'>> {
  const { lab } = reader.context;
  const name = target.kind === 'http' && target.from === undefined ? nameOf(target, reader.context) : undefined;
  const stated = name !== undefined && isInZone(name, lab.dns.zone) ? await readHostsLine(reader, name) : undefined;
  const isAsked = name !== undefined && (stated !== undefined || !(await isTold(name, lab.dns.zone, corefile)));
  const lookedUp = isAsked ? await lookUp(reader, name) : undefined;
  const hostsLine = stated && (lookedUp?.value.includes(stated.value.address) ?? true) ? stated : undefined;
  const inZone = name === undefined ? undefined : addressInZone((await corefile)?.value, name);
  const destination = hostsLine?.value.address ?? inZone ?? lookedUp?.value[0] ?? literalOf(target, reader.context);
  const server = name === undefined ? undefined : lab.nodes[0]?.address;
  const wanted = [...new Set([destination, server])].filter((one) => one !== undefined);
  const ways = await Promise.all(wanted.map(async (one) => [one, await reader.read('client', wayTo(one))] as const));
  return { destination, hostsLine, lookedUp, ways: new Map(ways.flatMap(([one, way]) => (way ? [[one, way]] : []))) };
}

async function readHostsLine(reader: Reader, name: string): Promise<Read<HostsLine> | undefined> {
  const found = await reader.read('client', hostsFile(reader.context.lab.dns.zone));
  const line = found && hostsLineOf(found.value, name);
  return found && line && { ...found, value: line };
}

function lookUp(reader: Reader, name: string): Promise<Read<readonly string[]> | undefined> {
  return reader.read('client', {
    id: 'look-up',
    command: reader.context.client.lookUp(name),
    accept: 'any',
    parse: ({ stdout }) => linesOf(stdout, (line) => (isIPv4(line) ? line : undefined)),
  });
}

/** The address that CoreDNS's zone has for a name. */
export function zoneAddress({ cluster }: PathFacts, name: string): string | undefined {
  return addressInZone(cluster.corefile?.value, name);
}

function addressInZone(corefile: string | undefined, name: string): string | undefined {
  const answer = corefileAnswer(corefile ?? '', name);
  return answer.kind === 'address' ? answer.address : undefined;
}

/** Whether the Corefile says of a name of the zone what its answer is; else the client's resolver is asked. */
async function isTold(name: string, zone: string, corefile: Promise<Read<string> | undefined>): Promise<boolean> {
  return isInZone(name, zone) && corefileAnswer((await corefile)?.value ?? '', name).kind !== 'plugin';
}

/** The address that a host is without any name server: itself, or that of a node of the lab. */
export function literalAddress(host: string, { lab }: Pick<LabContext, 'lab'>): string | undefined {
  if (isIPv4(host)) return host;
  return lab.nodes.find(({ name }) => name === host)?.address;
}

function literalOf(target: Target, context: LabContext): string | undefined {
  if (target.kind === 'dns') return literalAddress(target.server, context);
  if (target.to.kind !== 'host' || target.from !== undefined) return undefined;
  return target.words.address ?? literalAddress(target.to.host, context);
}

/** The name that the client looks up. */
function nameOf({ to, words }: Extract<Target, { kind: 'http' }>, context: LabContext): string | undefined {
  const isName = to.kind === 'host' && words.address === undefined && literalAddress(to.host, context) === undefined;
  return isName ? to.host : undefined;
}
