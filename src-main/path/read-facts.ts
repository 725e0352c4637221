import { resolverZone } from '../client/client.ts';
import { parseEndpointPorts } from '../cluster/endpoint-ports.ts';
import { parseEndpointSlice } from '../cluster/endpoint-slices.ts';
import { parseGateway } from '../cluster/gateways.ts';
import { parseHttpRoute } from '../cluster/http-routes.ts';
import { clusterList, clusterLists, kinds, type ClusterKind, type ClusterObject } from '../cluster/kinds.ts';
import { parseL2Status } from '../cluster/l2-statuses.ts';
import { parseNode } from '../cluster/nodes.ts';
import { parsePod } from '../cluster/pods.ts';
import { parseRouteChoices } from '../cluster/route-matches.ts';
import { parseServicePolicy } from '../cluster/service-policy.ts';
import { parseService } from '../cluster/services.ts';
import type { Text } from '../contract/text.ts';
import { answerOf, readingOptions, reasonOf, understood, type Fact } from '../facts/fact.ts';
import { forwarding } from '../facts/forwarding.ts';
import { interfaces } from '../facts/interfaces.ts';
import { jsonEntries, jsonEntry } from '../facts/json-entries.ts';
import { kubeProxyMode } from '../facts/kube-proxy-mode.ts';
import { kubeProxyRules } from '../facts/kube-proxy-rules.ts';
import { links } from '../facts/links.ts';
import { listeningPorts } from '../facts/listening-ports.ts';
import { neighbours } from '../facts/neighbours.ts';
import { ownProxy } from '../facts/own-proxy.ts';
import { packetRules } from '../facts/packet-rules.ts';
import { rememberedClients } from '../facts/remembered-clients.ts';
import { routes } from '../facts/routes.ts';
import { controlPlane, type LabNode } from '../lab/lab.ts';
import type { ShellCommand } from '../machines/command.ts';
import { Cancelled, MachineUnreachable, NotRecorded } from '../machines/errors.ts';
import { NotingMachine } from '../machines/noting-machine.ts';
import { changesOf } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { ClientFacts, ClusterFacts, NodeFacts, PathFacts, Reading, Seen } from './path-facts.ts';
import { parseIptables } from '../netfilter/parse-iptables.ts';
import { parseNft } from '../netfilter/parse-nft.ts';
import { joinRulesets, type Ruleset } from '../netfilter/ruleset.ts';

/** Reads all that a path is predicted from, on all machines at once. What cannot be read becomes a limit. @throws Cancelled */
export async function readPathFacts(
  reader: Reader,
  corefileRead: Promise<Reading<string> | undefined>,
): Promise<PathFacts> {
  const { lab } = reader.context;
  const [client, lists, corefile, ...nodes] = await Promise.all([
    readClient(reader),
    readLists(reader),
    corefileRead,
    ...lab.nodes.map((node) => readNode(reader, node)),
  ]);
  const cluster = { ...lists, corefile };
  return { lab, client, cluster, nodes: new Map(nodes.map((node) => [node.name, node])), limits: reader.limits };
}

/** Reads facts of machines, each with what it printed. */
export class Reader {
  readonly context: LabContext;
  readonly limits: Text[] = [];
  /** Machines that cannot be reached, and why. */
  readonly away = new Map<string, Text>();
  readonly #signal: AbortSignal;

  constructor(context: LabContext, signal: AbortSignal) {
    this.context = context;
    this.#signal = signal;
  }

  async read<Value>(machine: string, fact: Fact<Value>): Promise<Reading<Value> | undefined> {
    const { command, sudo } = fact;
    try {
      const options = { ...readingOptions(fact), signal: this.#signal, timeout: 20_000 };
      const output = await this.context.machine(machine).run(command, options);
      const text = output.stdout === '' ? output.stderr : output.stdout;
      return { machine, command, sudo, text, value: answerOf(machine, fact, output) };
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      const limit = unread(machine, fact.id, error);
      if (error instanceof MachineUnreachable) this.away.set(machine, limit);
      this.#limit(limit);
      return undefined;
    }
  }

  /** What a reading means; what is not understood becomes a limit. */
  understand<Value, Meaning>(
    fact: string,
    { machine, command, text, value }: Reading<Value>,
    parse: (value: Value) => Meaning,
  ): Meaning | undefined {
    try {
      const output = { stdout: text, stderr: '', exitCode: 0 };
      return understood({ machine, command: command as ShellCommand, output }, () => parse(value));
    } catch (error) {
      this.#limit(unread(machine, fact, error));
      return undefined;
    }
  }

  /** A machine that is away is told once. */
  #limit(text: Text): void {
    if (!this.limits.some(({ en }) => en === text.en)) this.limits.push(text);
  }
}

function unread(machine: string, fact: string, error: unknown): Text {
  if (error instanceof MachineUnreachable) {
    return {
      en: `Nothing of ${machine} is known: ${error.message}`,
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
    rules: rulesOf(reader, iptables, nftables),
  };
}

/** Undefined where one of both is not known: what a rule does cannot be said by the other's. */
function rulesOf(
  reader: Reader,
  iptables: Reading<string> | undefined,
  nftables: Reading<string> | undefined,
): Ruleset | undefined {
  if (!iptables || !nftables) return undefined;
  const own = reader.understand('packet-rules', iptables, parseIptables);
  if (nftables.value === '') return own;
  const proxys = reader.understand('kube-proxy-rules', nftables, parseNft);
  return own && proxys && joinRulesets([own, proxys]);
}

/** The Corefile of the cluster's CoreDNS; empty: there is none. */
export async function readCorefile(reader: Reader): Promise<Reading<string> | undefined> {
  const found = await listed(reader, 'corefiles');
  const text =
    found && reader.understand('corefiles', found, ([object]) => (object ? kinds.corefiles.parse(object) : ''));
  return found && text !== undefined ? { ...found, value: text } : undefined;
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
    const value = reader.understand(kind, found, (objects) =>
      objects.map((object, index) => seen(object, own[index]?.source ?? '', parse)),
    );
    return value && { ...found, value };
  };
  const [nodes, pods, services, slices, gateways, httpRoutes, statuses] = await Promise.all([
    list('nodes', parseNode),
    list('pods', parsePod),
    list('services', (object) => ({ ...parseService(object), ...parseServicePolicy(object) })),
    list('endpointslices', (object) => ({ ...parseEndpointSlice(object), ports: parseEndpointPorts(object) })),
    list('gateways', parseGateway),
    list('httproutes', (object) => ({ ...parseHttpRoute(object), ...parseRouteChoices(object) })),
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
  whole: Reading<ReadonlyMap<ClusterKind, readonly ClusterObject[]> | undefined> | undefined,
  kind: ClusterKind,
): Reading<readonly ClusterObject[]> | undefined {
  const objects = whole?.value?.get(kind);
  return whole && objects && { ...whole, value: objects };
}

/** The objects of a kind by a question of its own: what the cluster has no kind for yet it has no objects of. */
async function listed(reader: Reader, kind: ClusterKind): Promise<Reading<readonly ClusterObject[]> | undefined> {
  const machine = controlPlane(reader.context.lab).name;
  const found = await reader.read(machine, clusterList(kind));
  if (!found) return undefined;
  const { value } = found;
  if (value.state === 'unreadable') {
    reader.limits.push(unread(machine, kind, new Error(value.problem)));
    return undefined;
  }
  return { ...found, value: value.state === 'none' ? [] : value.objects };
}

async function readClient(reader: Reader): Promise<ClientFacts> {
  const [own, near, proxy, resolver] = await Promise.all([
    reader.read('client', interfaces),
    reader.read('client', neighbours),
    reader.read('client', ownProxy),
    readResolver(reader),
  ]);
  return { interfaces: own, neighbours: near, ownProxy: proxy, resolver };
}

/** The resolver is set when its stage has nothing to change. */
async function readResolver({ context, limits }: Reader): Promise<Reading<boolean> | undefined> {
  const noting = new NotingMachine(context.machine('client'));
  try {
    const plan = await context.client.resolver.decide(noting, resolverZone(context.lab));
    return {
      machine: 'client',
      ...noting.asked,
      text: noting.answer.stdout,
      value: changesOf(plan).length === 0,
    };
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    limits.push(unread('client', 'resolver', error));
    return undefined;
  }
}
