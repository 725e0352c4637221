import type { z } from 'zod';
import type { ProviderId } from '../contract/machines.ts';
import { valueAt, type Path } from './finding.ts';
import { commonNetwork, addressNumber, parseCidr, type Network } from './ipv4.ts';
import { fields } from './lab-fields.ts';
import { unusableAddress } from './unusable-address.ts';

/** A value of the lab file that has the form of its field, and where it stands. */
export interface Spot<T> {
  readonly path: Path;
  readonly value: T;
}

type Maybe<T> = Spot<T> | undefined;

export interface DraftAccess {
  readonly path: Path;
  readonly key: Maybe<string>;
  readonly agent: Maybe<boolean>;
  readonly password: Maybe<boolean>;
  readonly jumpKey: Maybe<string>;
}

export interface DraftNode {
  readonly path: Path;
  readonly name: Maybe<string>;
  readonly role: Maybe<'control-plane' | 'worker'>;
  readonly address: Maybe<string>;
  readonly access: DraftAccess;
}

export interface DraftEnvironment {
  readonly name: Maybe<string>;
  readonly host: Maybe<string>;
}

/**
 * What can be read of a lab file, however broken the rest of it is: the rules look at this, so that their problems are reported
 * together with those of the schema. Defaults are filled in; a value that the schema refuses is undefined.
 */
export interface Draft {
  readonly nodes: readonly DraftNode[];
  readonly access: DraftAccess;
  /** Set where the nodes are VMs that Hoplab makes. */
  readonly provider: Maybe<ProviderId>;
  readonly vmMemory: Maybe<string>;
  readonly vmImage: Maybe<string>;
  /** The client's, when it is another machine. */
  readonly client: Maybe<string>;
  readonly clientAccess: DraftAccess | undefined;
  readonly version: Maybe<string>;
  readonly podCidr: Maybe<string>;
  readonly serviceCidr: Maybe<string>;
  readonly pool: Maybe<string>;
  readonly vip: Maybe<string>;
  readonly zone: Maybe<string>;
  readonly dnsNodePort: Maybe<number>;
  readonly appNodePort: Maybe<number>;
  readonly environments: readonly DraftEnvironment[];
  readonly bundle: Maybe<string>;
  readonly images: readonly Maybe<string>[];
  readonly manifests: readonly Maybe<string>[];
  readonly ca: Maybe<string>;
  readonly kubeadmOverrides: Maybe<string>;
  /** The LAN as the file states it. */
  readonly statedLan: Maybe<string>;
  /**
   * The LAN as the file states it; else the network that the nodes share: their /24, or the smallest that holds them all. Undefined without a usable
   * address, and when the nodes are further apart than a /16.
   */
  readonly lan: Network | undefined;
}

/** @param raw the file as plain data */
export function readDraft(raw: unknown): Draft {
  const spot: SpotReader = (schema, ...path) => {
    const value = schema.safeParse(valueAt(raw, path)).data ?? undefined;
    return value === undefined ? undefined : { path, value };
  };
  const nodes = items(raw, ['nodes']).map((path) => readNode(spot, path));
  const client = spot(fields.ipv4, 'client', 'address');
  const statedLan = spot(fields.lan, 'lan');
  return {
    nodes,
    access: readAccess(spot, ['ssh']),
    provider: spot(fields.provider, 'machines', 'provider'),
    vmMemory: spot(fields.vmMemory, 'machines', 'memory'),
    vmImage: spot(fields.vmImage, 'machines', 'image'),
    client,
    clientAccess: client && readAccess(spot, ['client', 'ssh']),
    version: spot(fields.version, 'kubernetes', 'version'),
    podCidr: spot(fields.podCidr, 'kubernetes', 'podCidr'),
    serviceCidr: spot(fields.serviceCidr, 'kubernetes', 'serviceCidr'),
    pool: spot(fields.pool, 'loadBalancer', 'pool'),
    vip: spot(fields.vip, 'loadBalancer', 'vip'),
    zone: spot(fields.zone, 'dns', 'zone'),
    dnsNodePort: spot(fields.dnsNodePort, 'dns', 'nodePort'),
    appNodePort: spot(fields.appNodePort, 'app', 'nodePort'),
    environments: items(raw, ['app', 'environments']).map((path) => ({
      name: spot(fields.environment, ...path, 'name'),
      host: spot(fields.host, ...path, 'host'),
    })),
    bundle: spot(fields.path, 'source', 'bundle'),
    images: items(raw, ['images']).map((path) => spot(fields.path, ...path)),
    manifests: items(raw, ['apps']).map((path) => spot(fields.path, ...path, 'manifests')),
    ca: spot(fields.path, 'ca'),
    kubeadmOverrides: spot(fields.path, 'overrides', 'kubeadm'),
    statedLan,
    lan: statedLan ? stated(statedLan.value) : lanOf(nodes),
  };
}

type SpotReader = <S extends z.ZodType>(schema: S, ...path: Path) => Maybe<NonNullable<z.output<S>>>;

function items(raw: unknown, path: Path): Path[] {
  const list = valueAt(raw, path);
  return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
}

function readNode(spot: SpotReader, path: Path): DraftNode {
  return {
    path,
    name: spot(fields.nodeName, ...path, 'name'),
    role: spot(fields.role, ...path, 'role'),
    address: spot(fields.ipv4, ...path, 'address'),
    access: readAccess(spot, [...path, 'ssh']),
  };
}

function readAccess(spot: SpotReader, path: Path): DraftAccess {
  return {
    path,
    key: spot(fields.path, ...path, 'key'),
    agent: spot(fields.flag, ...path, 'agent'),
    password: spot(fields.flag, ...path, 'password'),
    jumpKey: spot(fields.path, ...path, 'jump', 'key'),
  };
}

/** Undefined when it is no size for a LAN. */
function stated(lan: string): Network | undefined {
  const network = parseCidr(lan);
  return isLanSize(network) ? network : undefined;
}

export function isLanSize({ prefix }: Network): boolean {
  return prefix >= 16 && prefix <= 30;
}

function lanOf(nodes: readonly DraftNode[]): Network | undefined {
  const usable = nodes.flatMap(({ address }) => (address && !unusableAddress(address.value) ? [address.value] : []));
  if (usable.length === 0) return undefined;
  const network = commonNetwork(usable.map(addressNumber), 24);
  return network.prefix < 16 ? undefined : network;
}
