import type { Language } from '../contract/text.ts';
import {
  addressNumber,
  addressText,
  commonNetwork,
  holds,
  networkOf,
  parseCidr,
  spareCidr,
  type AddressRange,
} from './ipv4.ts';
import type { VmAnswers } from '../contract/machines.ts';
import { flowMapping, scalar, type FlowValue } from './flow-yaml.ts';
import { fields } from './lab-fields.ts';
import { workerNames } from './name-nodes.ts';
import { templateTexts } from './template-texts.ts';
import { vmPlan } from './vm-plan.ts';

/** What `hoplab init` was told. What is left out gets a default that fits the rest. */
export interface LabFileAnswers {
  /** Of the comments; default en. */
  readonly language?: Language;
  /** Default shortener. */
  readonly lab?: string;
  /** VMs that Hoplab makes; then `nodes` may be empty, and `lan` is their network. */
  readonly machines?: VmAnswers;
  readonly lan?: string;
  /** At least one. Default names k8s-master, k8s-worker1, …; the first is the control plane unless another is. */
  readonly nodes: readonly {
    readonly name?: string;
    readonly role?: 'control-plane' | 'worker';
    /** IPv4 address, or an alias of `~/.ssh/config`. */
    readonly address: string;
  }[];
  /** Absent: every machine has one of its alias. */
  readonly user?: string;
  readonly port?: number;
  readonly key?: string;
  readonly agent?: boolean;
  readonly password?: boolean;
  readonly sudo?: 'passwordless' | 'password';
  /** Default this-computer. */
  readonly client?: 'this-computer' | { readonly address: string };
  readonly pool?: string;
  readonly vip?: string;
  readonly podCidr?: string;
  readonly serviceCidr?: string;
  readonly zone?: string;
  /** A bundle, folder or file, relative to the lab file; default: online. */
  readonly bundle?: string;
  /** File of kubeadm documents, relative to the lab file. */
  readonly kubeadmOverrides?: string;
  /** The JSON Schema for editors, relative to the lab file; without it the file does not name one. */
  readonly schema?: string;
}

const APP = [
  'app:',
  '  environments:',
  '    - { name: staging, host: url-shortener.staging, replicas: 3 }',
  '    - { name: prod, host: url-shortener.prod, replicas: 3 }',
];

/**
 * The text of a commented lab file that has no problems, given answers that have none.
 * @param addresses of machines that are named by an alias; what the aliases say of SSH is not written over
 */
export function labFileTemplate(answers: LabFileAnswers, addresses: ReadonlyMap<string, string> = new Map()): string {
  const say = templateTexts[answers.language ?? 'en'];
  const { client = 'this-computer', machines: vms } = answers;
  const planned = vms && vmPlan(vms, answers.lan);
  const nodes = answers.nodes.length === 0 && planned ? planned.nodes : answers.nodes;
  const own = nodes.map(({ address }) => addresses.get(address) ?? address);
  const all = [...own, ...(client === 'this-computer' ? [] : [addresses.get(client.address) ?? client.address])];
  // what is no address is told as a problem of the file; defaults are found without it
  const machines = all.filter((address) => fields.ipv4.safeParse(address).success);
  // a number of VMs that no lab can have is told as a problem of the file; their pool is found without it
  const pool = answers.pool ?? (vms && vmPlan({ provider: vms.provider }, answers.lan))?.pool ?? sparePool(machines);
  const vip = answers.vip ?? pool.split(/[-/]/)[0];
  const { podCidr, serviceCidr } = clusterNetworks(answers, own, machines);
  const lines = [
    ...(answers.schema === undefined ? [] : [`# yaml-language-server: $schema=${answers.schema}`]),
    ...say.top,
    flow('lab', answers.lab ?? 'shortener'),
    '',
    ...(vms ? vmLines(vms, nodes.length, planned?.lan, say) : []),
    ...say.nodes,
    ...(vms?.provider === 'multipass' ? say.givenAddresses : []),
    ...(nodes.length > 0 ? ['nodes:', ...nodeLines(nodes)] : []),
    '',
    ...(vms ? [] : [...say.ssh, flow('ssh', sshAnswers(answers, addresses.size > 0)), '']),
    ...say.client,
    flow('client', client),
    '',
    ...say.kubernetes,
    flow('kubernetes', { podCidr, serviceCidr, kubeProxy: 'iptables' }),
    '',
    ...say.loadBalancer,
    flow('loadBalancer', { pool, vip }),
    '',
    ...say.gateway,
    flow('gateway', { name: 'shortener-gateway' }),
    '',
    ...say.dns,
    flow('dns', { zone: answers.zone ?? 'k8s.local', nodePort: 30_053 }),
    '',
    ...say.app,
    ...APP,
    '',
    ...say.optional,
    '',
    ...say.source,
    flow('source', answers.bundle === undefined ? 'online' : { bundle: answers.bundle }),
    ...overridesLines(answers, say.overrides),
  ];
  return `${lines.join('\n')}\n`;
}

/** `key: value` or `key: { a: b, c: d }` */
function flow(key: string, value: FlowValue | Readonly<Record<string, FlowValue>>): string {
  return `${key}: ${typeof value === 'object' ? flowMapping(value) : scalar(value)}`;
}

function vmLines(
  { provider, count, cpus, memory, disk, image }: VmAnswers,
  nodes: number,
  lan: string | undefined,
  say: (typeof templateTexts)['en'],
): string[] {
  const counted = nodes > 0 && nodes === (count ?? nodes) ? {} : { count }; // what nodes says is not said twice
  // a network that moves is one more line to mend where it is what a lab file without it means
  const stated = provider === 'multipass' && lan?.endsWith('/24') ? undefined : lan;
  const asked = { provider, ...counted, cpus: cpus ?? 2, memory: memory ?? '2GiB', disk: disk ?? '20GiB' };
  return [
    ...say.machines,
    flow('machines', { ...asked, image: image ?? 'debian-12' }),
    ...(stated === undefined ? [] : [flow('lan', stated)]),
    '',
  ];
}

function nodeLines(nodes: LabFileAnswers['nodes']): string[] {
  const chosen = nodes.findIndex(({ role }) => role === 'control-plane');
  const undecided = nodes.findIndex(({ role }) => role === undefined);
  const controlPlane = chosen >= 0 ? chosen : Math.max(0, undecided);
  const taken = new Set(nodes.map(({ name }) => name));
  const workerName = workerNames(taken);
  return nodes.map(({ name, role, address }, index) => {
    const isControlPlane = index === controlPlane;
    const defaultName = isControlPlane ? (taken.has('k8s-master') ? 'k8s-control-plane' : 'k8s-master') : undefined;
    const ownRole = role ?? (isControlPlane ? 'control-plane' : 'worker');
    return `  - ${flowMapping({ name: name ?? defaultName ?? workerName(), role: ownRole, address })}`;
  });
}

/** With aliases, a default that is written out would win over what they say. */
function sshAnswers(
  { user, port, key, agent, password, sudo }: LabFileAnswers,
  aliases: boolean,
): Record<string, FlowValue> {
  const named = key ?? (agent || password || aliases ? undefined : '~/.ssh/id_ed25519');
  return { user, key: named, port: port ?? (aliases ? undefined : 22), agent, password, sudo: sudo ?? 'passwordless' };
}

function overridesLines({ kubeadmOverrides }: LabFileAnswers, comment: readonly string[]): string[] {
  if (kubeadmOverrides === undefined) return [];
  return ['', ...comment, flow('overrides', { kubeadm: kubeadmOverrides })];
}

/** 51 addresses (.200 to .250 if they are free) of the first node's /24 that no machine has, or as many as there are. */
function sparePool(machines: readonly string[]): string {
  const network = networkOf(addressNumber(machines[0] ?? '192.168.2.10'), 24);
  const taken = machines.map(addressNumber);
  const free = (range: AddressRange): boolean => !taken.some((number) => holds(range, number));
  for (const size of [50, 10, 0]) {
    for (let start = 200; start > 0; start -= size + 1) {
      const range = { first: network.first + start, last: network.first + start + size };
      if (free(range)) return `${addressText(range.first)}-${addressText(range.last)}`;
    }
  }
  return `${addressText(network.first + 200)}-${addressText(network.first + 250)}`;
}

function clusterNetworks(
  { podCidr, serviceCidr }: LabFileAnswers,
  nodes: readonly string[],
  machines: readonly string[],
): { podCidr: string; serviceCidr: string } {
  const addresses = nodes.filter((address) => machines.includes(address));
  const lan = commonNetwork(addresses.length > 0 ? addresses.map(addressNumber) : [addressNumber('192.168.2.10')], 24);
  const taken = [lan, ...machines.map((address) => networkOf(addressNumber(address), 32))];
  const pods = podCidr ?? spareCidr('pods', taken);
  if (fields.podCidr.safeParse(pods).success) taken.push(parseCidr(pods));
  return { podCidr: pods, serviceCidr: serviceCidr ?? spareCidr('services', taken) };
}
