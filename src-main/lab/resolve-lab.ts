import type { TakenAlias } from '../contract/ssh-aliases.ts';
import { addressText, parsePool } from './ipv4.ts';
import type { Lab, LabClient, LabNode, SshAccess } from './lab.ts';
import type { LabDisk } from './lab-disk.ts';
import type { LabFile, OwnAccess } from './lab-file-schema.ts';
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
    return { ...node, ssh: sshAccess(file.ssh, ssh, paths), ...(alias && { alias }) };
  });
  const controlPlanes = nodes.filter(({ role }) => role === 'control-plane');
  const workers = nodes.filter(({ role }) => role === 'worker');
  const { version, controlPlaneRunsPods } = file.kubernetes;
  const { kubeadm } = file.overrides;
  return {
    name: file.lab,
    file: paths.file,
    nodes: [...controlPlanes, ...workers],
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
    source: file.source === 'online' ? 'online' : { bundle: paths.absolute(file.source.bundle) },
    images: file.images.map((image) => paths.absolute(image)),
    network: network(file, paths),
    overrides: kubeadm === undefined ? {} : { kubeadm: disk?.text(paths.absolute(kubeadm)) ?? '' },
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

/** Another image than agnhost knows nothing of agnhost's arguments. */
function appArguments({ image, port }: LabFile['app']): readonly string[] {
  return /\/agnhost(?:[:@]|$)/.test(image) ? ['netexec', `--http-port=${port}`] : [];
}

function sshAccess(general: LabFile['ssh'], own: OwnAccess = {}, paths: LabPaths): SshAccess {
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

const defaultKey = (otherwise: boolean, paths: LabPaths): string | undefined =>
  otherwise ? undefined : paths.defaultKey;

const withKey = (key: string | undefined): { key?: string } => (key === undefined ? {} : { key });
