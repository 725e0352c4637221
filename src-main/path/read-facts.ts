import { readResolver } from '../client/read-resolver.ts';
import { parseEndpointSlice } from '../cluster/endpoint-slices.ts';
import { parseGateway } from '../cluster/gateways.ts';
import { parseHttpRoute } from '../cluster/http-routes.ts';
import { clusterList, clusterLists, kinds, type ClusterKind, type ClusterObject } from '../cluster/kinds.ts';
import { parseL2Status } from '../cluster/l2-statuses.ts';
import { parseNode } from '../cluster/nodes.ts';
import { parsePod } from '../cluster/pods.ts';
import { parseService } from '../cluster/services.ts';
import type { Text } from '../contract/text.ts';
import { FactReader, type Fact } from '../facts/fact.ts';
import { forwarding } from '../facts/forwarding.ts';
import { interfaces } from '../facts/interfaces.ts';
import { jsonEntries, jsonEntry } from '../facts/json-entries.ts';
import { ipSets, ipvsTables } from '../facts/ipvs-tables.ts';
import { kubeProxyMode } from '../facts/kube-proxy-mode.ts';
import { kubeProxyRules } from '../facts/kube-proxy-rules.ts';
import { links } from '../facts/links.ts';
import { listeningPorts } from '../facts/listening-ports.ts';
import { neighbours } from '../facts/neighbours.ts';
import { ownProxy } from '../facts/own-proxy.ts';
import { packetRules } from '../facts/packet-rules.ts';
import { failed, isRead, mapReading, reasonOf, type Read, type Reading } from '../facts/reading.ts';
import { rememberedClients } from '../facts/remembered-clients.ts';
import { routes } from '../facts/routes.ts';
import { controlPlane, type LabNode } from '../lab/lab.ts';
import { Cancelled, MachineUnreachable, NotRecorded } from '../machines/errors.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { ClientFacts, ClusterFacts, NodeFacts, PathFacts, Seen } from './path-facts.ts';
import { modeOf } from './node-network.ts';
import type { IpSet } from '../netfilter/ip-sets.ts';
import { parseIptables } from '../netfilter/parse-iptables.ts';
import { parseNft } from '../netfilter/parse-nft.ts';
import { joinRulesets, type Ruleset } from '../netfilter/ruleset.ts';

/** Reads all that a path is predicted from, on all machines at once. What cannot be read is told as unknown. @throws Cancelled */
export async function readPathFacts(
  reader: Reader,
  corefileRead: Promise<Read<string> | undefined>,
): Promise<PathFacts> {
  const { lab } = reader.context;
  const [client, lists, corefile, ...nodes] = await Promise.all([
    readClient(reader),
    readLists(reader),
    corefileRead,
    ...lab.nodes.map((node) => readNode(reader, node)),
  ]);
  const cluster = { ...lists, corefile };
  return { lab, client, cluster, nodes: new Map(nodes.map((node) => [node.name, node])), unknown: reader.unknown };
}

/** Reads facts of machines for one path. What could not be read is told once. */
export class Reader {
  readonly context: LabContext;
  readonly unknown: Text[] = [];
  /** Machines that cannot be reached, and why. */
  readonly away = new Map<string, Text>();
  readonly #facts: FactReader;

  constructor(context: LabContext, signal: AbortSignal) {
    this.context = context;
    this.#facts = new FactReader({ signal, timeout: 20_000 });
  }

  async read<Value>(machine: string, fact: Fact<Value>): Promise<Read<Value> | undefined> {
    return this.known(fact.id, await this.#facts.takeFresh(this.context.machine(machine), fact));
  }

  /** What was read; undefined where it could not be. @throws Cancelled */
  known<Value>(fact: string, reading: Reading<Value>): Read<Value> | undefined {
    if (isRead(reading)) return reading;
    const { machine, problem } = reading;
    if (problem instanceof Cancelled) throw problem;
    const told = unread(machine, fact, problem);
    if (problem instanceof MachineUnreachable) this.away.set(machine, told);
    if (!this.unknown.some(({ en }) => en === told.en)) this.unknown.push(told);
    return undefined;
  }
}

function unread(machine: string, fact: string, error: unknown): Text {
  if (error instanceof MachineUnreachable) {
    return {
      en: `Nothing is known about ${machine}: ${error.message}`,
      ja: `${machine} については何も分からない: ${error.message}`,
    };
  }
  if (error instanceof NotRecorded) {
    return {
      en: `${fact} of ${machine} is not in the recording.`,
      ja: `${machine} の ${fact} は記録に含まれていない。`,
    };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { en: `${fact} of ${machine} could not be read: ${why}`, ja: `${machine} の ${fact} を読めなかった: ${why}` };
}

async function readNode(reader: Reader, { name, address }: LabNode): Promise<NodeFacts> {
  const read = <Value>(fact: Fact<Value>) => reader.read(name, fact);
  const [iptables, nftables, ...rest] = await Promise.all([
    read(packetRules),
    read(kubeProxyRules),
    read(interfaces),
    read(links),
    read(routes),
    read(neighbours),
    read(forwarding),
    read(listeningPorts),
    read(kubeProxyMode),
    read(rememberedClients),
  ]);
  const [own, linked, routed, near, forwarded, listening, mode, remembered] = rest;
  const usesIpvs = modeOf({ mode, nftables, links: linked }) === 'ipvs';
  const [ipvs, sets] = usesIpvs ? await Promise.all([read(ipvsTables), read(ipSets)]) : [];
  return {
    name,
    address,
    away: reader.away.get(name),
    interfaces: own,
    links: linked,
    routes: routed,
    neighbours: near,
    forwarding: forwarded,
    listening,
    mode,
    remembered,
    iptables,
    nftables,
    ipvs,
    rules: rulesOf(reader, iptables, nftables, sets),
  };
}

/** Undefined where one of both is not known: what a rule does cannot be said by the other's. */
function rulesOf(
  reader: Reader,
  iptables: Read<string> | undefined,
  nftables: Read<string> | undefined,
  sets: Read<ReadonlyMap<string, IpSet>> | undefined,
): Ruleset | undefined {
  if (!iptables || !nftables) return undefined;
  const parsed = reader.known('packet-rules', mapReading(iptables, parseIptables))?.value;
  const own = parsed && sets ? { ...parsed, ipSets: sets.value } : parsed;
  if (nftables.value === '') return own;
  const proxys = reader.known('kube-proxy-rules', mapReading(nftables, parseNft))?.value;
  return own && proxys && joinRulesets([own, proxys]);
}

/** The Corefile of the cluster's CoreDNS; empty: there is none. */
export async function readCorefile(reader: Reader): Promise<Read<string> | undefined> {
  const found = await listed(reader, 'corefiles');
  const textOf = ([object]: readonly ClusterObject[]) => (object ? kinds.corefiles.parse(object) : '');
  return found && reader.known('corefiles', mapReading(found, textOf));
}

async function readLists(reader: Reader): Promise<Omit<ClusterFacts, 'corefile'>> {
  const whole = reader.read(controlPlane(reader.context.lab).name, clusterLists);
  const items = whole.then((found) => (found?.value ? itemsOf(found.text) : []));
  const list = async <Value>(kind: ClusterKind, parse: (object: unknown) => Value) => {
    const together = objectsIn(await whole, kind);
    const found = together ?? (await listed(reader, kind));
    if (!found) return undefined;
    const all = together ? await items : found.value.length > 0 ? itemsOf(found.text) : [];
    const own = together ? all.filter((item) => item.kind === kinds[kind].object) : all;
    const each = (object: ClusterObject, index: number) => seen(object, own[index]?.source ?? '', parse);
    return reader.known(
      kind,
      mapReading(found, (objects) => objects.map(each)),
    );
  };
  const [nodes, pods, services, slices, gateways, httpRoutes, statuses] = await Promise.all([
    list('nodes', parseNode),
    list('pods', parsePod),
    list('services', parseService),
    list('endpointslices', parseEndpointSlice),
    list('gateways', parseGateway),
    list('httproutes', parseHttpRoute),
    list('servicel2statuses', parseL2Status),
  ]);
  return { nodes, pods, services, slices, gateways, routes: httpRoutes, statuses };
}

/** The objects of a list of kubectl in their order: their kind, and each as it stands in the answer. */
function itemsOf(text: string): readonly { readonly kind: string | undefined; readonly source: string }[] {
  return jsonEntries(jsonEntry(text, 'items')?.value ?? '').map(({ source }) => {
    const { kind } = JSON.parse(source) as { kind?: string };
    return { kind, source };
  });
}

/** What is parsed of an object, beside it. @throws Error with its name, where it is not understood */
function seen<Value>(object: ClusterObject, source: string, parse: (object: unknown) => Value): Seen<Value> {
  try {
    return { ...parse(object), source };
  } catch (cause) {
    const { namespace = '', name } = object.metadata;
    throw new Error(`${namespace === '' ? name : `${namespace}/${name}`}: ${reasonOf(cause)}`, { cause });
  }
}

/** The objects of a kind among those of all; undefined: they were not read together. */
function objectsIn(
  whole: Read<ReadonlyMap<ClusterKind, readonly ClusterObject[]> | undefined> | undefined,
  kind: ClusterKind,
): Read<readonly ClusterObject[]> | undefined {
  const objects = whole?.value?.get(kind);
  return whole && objects && { ...whole, value: objects };
}

/** The objects of a kind by a question of its own: what the cluster has no kind for yet it has no objects of. */
async function listed(reader: Reader, kind: ClusterKind): Promise<Read<readonly ClusterObject[]> | undefined> {
  const machine = controlPlane(reader.context.lab).name;
  const found = await reader.read(machine, clusterList(kind));
  if (!found) return undefined;
  const { value } = found;
  if (value.state === 'unreadable') return reader.known(kind, failed(found, new Error(value.problem)));
  return { ...found, value: value.state === 'none' ? [] : value.objects };
}

async function readClient(reader: Reader): Promise<ClientFacts> {
  const [own, near, proxy, resolver] = await Promise.all([
    reader.read('client', interfaces),
    reader.read('client', neighbours),
    reader.read('client', ownProxy),
    readResolver(reader.context),
  ]);
  return { interfaces: own, neighbours: near, ownProxy: proxy, resolver: reader.known('resolver', resolver) };
}
