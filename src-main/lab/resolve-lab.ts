import type { TakenAlias } from '../contract/ssh-aliases.ts';
import { addressText, parsePool } from './ipv4.ts';
import { VM_IMAGES } from '../contract/machines.ts';
import { memoryOf } from './vm-nodes.ts';
import type { Lab, LabClient, LabNode, OwnApp, SecondVersion, SshAccess, VmSize } from './lab.ts';
import type { LabDisk } from './lab-disk.ts';
import type { LabFile, OwnAccess } from './lab-file-schema.ts';
import { readManifests } from './read-manifests.ts';
import type { LabPaths } from './absolute-paths.ts';

interface Surroundings {
  readonly paths: LabPaths;
  readonly disk?: LabDisk | undefined;
  /** By the path of the machine, as JSON. */
  readonly taken: ReadonlyMap<string, TakenAlias>;
  readonly defaultVersion: string;
}

/** What a lab file without problems stands for: defaults filled in, paths absolute, the control plane first. */
export function resolveLab(file: LabFile, { paths, disk, taken, defaultVersion }: Surroundings): Lab {
  const nodes = file.nodes.map(({ ssh, ...node }, index): LabNode => {
    const alias = taken.get(JSON.stringify(['nodes', index]));
    return {
      ...node,
      ssh: sshAccess(file.ssh, ssh, file.machines ? { absolute: paths.absolute } : paths),
      ...(alias && { alias }),
    };
  });
  const controlPlanes = nodes.filter(({ role }) => role === 'control-plane');
  const workers = nodes.filter(({ role }) => role === 'worker');
  const { version, controlPlaneRunsPods } = file.kubernetes;
  const { kubeadm } = file.overrides;
  return {
    name: file.lab,
    file: paths.file,
    nodes: [...controlPlanes, ...workers],
    ...(file.lan !== undefined && { lan: file.lan }),
    ...(file.machines && { machines: vmSize(file.machines, paths) }),
    client: labClient(file, paths, taken.get('["client"]')),
    kubernetes: {
      ...file.kubernetes,
      version: version ?? defaultVersion,
      controlPlaneRunsPods: controlPlaneRunsPods ?? workers.length === 0,
    },
    loadBalancer: {
      pool: file.loadBalancer.pool,
      vip: file.loadBalancer.vip ?? addressText(parsePool(file.loadBalancer.pool).first),
    },
    gateway: file.gateway,
    dns: file.dns,
    app: { ...file.app, args: file.app.args ?? appArguments(file.app) },
    optional: optionalStages(file),
    apps: file.apps.map(({ manifests }) => ownApp(manifests, paths, disk)),
    source: file.source === 'online' ? 'online' : { bundle: paths.absolute(file.source.bundle) },
    images: file.images.map((image) => paths.absolute(image)),
    network: network(file, paths),
    overrides: kubeadm === undefined ? {} : { kubeadm: disk?.text(paths.absolute(kubeadm)) ?? '' },
  };
}

/** The rules have seen to it that the manifests can be read, where there is a disk. */
function ownApp(named: string, paths: LabPaths, disk: LabDisk | undefined): OwnApp {
  const manifests = paths.absolute(named);
  const read = disk ? readManifests(manifests, disk) : { objects: [] };
  return { named, manifests, objects: 'objects' in read ? read.objects : [] };
}

function vmSize({ provider, cpus, memory, disk, image }: NonNullable<LabFile['machines']>, paths: LabPaths): VmSize {
  const name = VM_IMAGES.find((known) => known === image);
  return {
    provider,
    cpus,
    memory: memoryOf(memory),
    disk: Number.parseInt(disk, 10),
    image: name === undefined ? { file: paths.absolute(image) } : { name },
  };
}

function network({ mirrors, proxy, noProxy, ca }: LabFile, paths: LabPaths): Lab['network'] {
  return {
    mirrors: typeof mirrors === 'string' ? { base: mirrors, hosts: {} } : { hosts: mirrors },
    ...(proxy !== undefined && { proxy }),
    ...(noProxy !== undefined && { noProxy }),
    ...(ca !== undefined && { ca: paths.absolute(ca) }),
  };
}

function labClient({ client, ssh }: LabFile, paths: LabPaths, alias: TakenAlias | undefined): LabClient {
  if (client === 'this-computer') return { kind: 'this-computer' };
  return { kind: 'ssh', address: client.address, ssh: sshAccess(ssh, client.ssh, paths), ...(alias && { alias }) };
}

/** The stages that need a second version bring it along. */
function optionalStages({ app, optional }: LabFile): Lab['optional'] {
  const { secondVersion = {}, trafficSplit, headerRouting, tls, kubeProxyMode } = optional;
  const others = { headerRouting, ...(tls && { tls }), ...(kubeProxyMode && { kubeProxyMode }) };
  if (optional.secondVersion === undefined && trafficSplit === undefined && !headerRouting) return others;
  const { image = app.image, args, replicas = 2 } = secondVersion as Partial<SecondVersion>;
  const own = args ?? (image === app.image ? app.args : undefined) ?? appArguments({ image, port: app.port });
  return {
    secondVersion: { image, args: own, replicas },
    ...(trafficSplit && { trafficSplit }),
    ...others,
  };
}

/** Another image than agnhost knows nothing of agnhost's arguments. */
function appArguments({ image, port }: Pick<LabFile['app'], 'image' | 'port'>): readonly string[] {
  return /\/agnhost(?:[:@]|$)/.test(image) ? ['netexec', `--http-port=${port}`] : [];
}

function sshAccess(general: LabFile['ssh'], own: OwnAccess = {}, paths: KeyPaths): SshAccess {
  const agent = own.agent ?? general.agent;
  const password = own.password ?? general.password;
  const named = own.key ?? general.key;
  const user = own.user ?? general.user;
  if (user === undefined) throw new Error('a machine has a user'); // missingUser has seen to it
  const key = named === undefined ? defaultKey(agent || password, paths) : paths.absolute(named);
  const jump = own.jump ?? general.jump;
  const jumpKey = jump?.key === undefined ? key : paths.absolute(jump.key);
  return {
    user,
    port: own.port ?? general.port,
    agent,
    password,
    sudo: own.sudo ?? general.sudo,
    ...withKey(key),
    ...(jump && { jump: { address: jump.address, user: jump.user ?? user, port: jump.port, ...withKey(jumpKey) } }),
  };
}

/** Without a default key where the machines are VMs: those have Hoplab's own. */
type KeyPaths = Pick<LabPaths, 'absolute'> & Partial<Pick<LabPaths, 'defaultKey'>>;

const defaultKey = (otherwise: boolean, paths: KeyPaths): string | undefined =>
  otherwise ? undefined : paths.defaultKey;

const withKey = (key: string | undefined): { key?: string } => (key === undefined ? {} : { key });
