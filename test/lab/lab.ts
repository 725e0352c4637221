import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasGateway } from './gateway-images.ts';
import { hoplabCommand, prepareForHoplab, trustHostsOf } from './hoplab.ts';
import { writeLabFileFor, type LabFileOptions } from './lab-file.ts';
import { info, lab, run, script, type CommandOptions, type CommandResult, type LabInfo } from './script.ts';

export { info, type CommandResult, type LabInfo } from './script.ts';

/** A machine of the lab: `cp`, `w1` … `w8`, `client`, or its host name or address. */
type Machine = string;

/** Boots the lab with this many nodes. One of that size that is up stays as it is; another one is taken down. */
export async function up({ nodes = 3 }: { nodes?: number } = {}): Promise<LabInfo> {
  const before = await info();
  if (before.up && before.nodes.length !== nodes) await down();
  await lab('up', '--nodes', String(nodes));
  return prepared();
}

/** Bare machines: fresh disks, networks and host keys on every node and on the client, whatever was there. */
export async function bare({ nodes = 3 }: { nodes?: number } = {}): Promise<LabInfo> {
  const before = await info();
  if (!before.up || before.nodes.length !== nodes) {
    if (before.up) await down();
    return up({ nodes });
  }
  await lab('reset');
  return prepared();
}

/** Keeps the disks of all machines as they are at this moment; they run on. */
export async function save(name: string): Promise<void> {
  await lab('save', name);
}

/** All machines as they were saved, as after a power cut at that moment. False when nothing was saved in this lab. */
export async function restore(name: string): Promise<boolean> {
  const { up: isUp, nodes, state } = await info();
  const saved = join(state, 'saved', name, 'nodes.list');
  if (!isUp || !existsSync(saved)) return false;
  if (readFileSync(saved, 'utf8').trim() !== nodes.map((node) => node.name).join(' ')) return false;
  await lab('restore', name);
  await prepared();
  return true;
}

/** Makes the named machines bare (default: all). Their new host keys are pinned for Hoplab unless `trust` is false. */
export async function reset(machines: readonly Machine[] = [], { trust = true } = {}): Promise<void> {
  await lab('reset', ...machines);
  if (trust) await trustHosts();
}

/** Pins for Hoplab the SSH host keys that the machines have now. */
export async function trustHosts(): Promise<void> {
  trustHostsOf(await info());
}

export async function down(): Promise<void> {
  await lab('down');
}

/** Crashes a machine; its disk stays. */
export async function powerOff(machine: Machine): Promise<void> {
  await lab('power-off', machine);
}

/** Boots it from its disk; resolves when it answers SSH. */
export async function powerOn(machine: Machine): Promise<void> {
  await lab('power-on', machine);
}

/** Plugs or pulls a machine's cable; it runs on. */
export async function link(machine: Machine, state: 'up' | 'down'): Promise<void> {
  await lab('link', machine, state);
}

/** Drops that traffic to and from a machine in the switch: `udp/8472`, `tcp/6443`, `icmp`, `arp`, `all`. */
export async function block(machine: Machine, traffic: string): Promise<void> {
  await lab('block', machine, traffic);
}

/** Default: of every machine. */
export async function unblock(machine?: Machine): Promise<void> {
  await lab('unblock', ...(machine === undefined ? [] : [machine]));
}

/** Runs a command as root inside a machine, without SSH: works with a broken network too. A string goes to `sh -c`. */
export function exec(machine: Machine, command: string | readonly string[], options?: CommandOptions) {
  return run(script, ['exec', machine, ...words(command)], options);
}

/** Runs a command of this host in the client's network, with the client's resolver. A string goes to `sh -c`. */
export function client(command: string | readonly string[], options?: CommandOptions) {
  return run(script, ['client', ...words(command)], options);
}

function words(command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

/** Writes the lab file of the running lab. Returns its path. */
export async function writeLabFile(options: LabFileOptions = {}): Promise<string> {
  return writeLabFileFor(await info(), options);
}

/** Runs Hoplab's command line in the client's network. `signal` SIGKILLs it. HOPLAB_FILE and HOPLAB_HOME are the lab's. */
export async function hoplab(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { command, args: all, env } = hoplabCommand(await info(), args);
  return run(command, all, { ...options, env: { ...env, NO_COLOR: '1', ...options.env } });
}

export type AcceptStage = 'pod-network' | 'node-port' | 'metallb' | 'gateway' | 'cluster-dns' | 'client-resolver';

/** Asks the lab from outside, without Hoplab, whether everything up to a stage (default: the last that it can reach) is true. */
export async function accept(
  until: AcceptStage | undefined = hasGateway ? undefined : 'metallb',
  options: readonly string[] = [],
): Promise<{ good: number; wrongs: readonly string[] }> {
  const args = until ? ['--until', until, ...options] : options;
  const { stdout, stderr } = await run(join(import.meta.dirname, 'accept.sh'), args);
  const [, good, wrong] = /^(\d+) good, (\d+) wrong/m.exec(stdout) ?? [];
  if (good === undefined || wrong === undefined) throw new Error(`accept.sh did not finish:\n${stdout}${stderr}`);
  return { good: Number(good), wrongs: stdout.split('\n').filter((line) => line.startsWith('WRONG')) };
}

async function prepared(): Promise<LabInfo> {
  const running = await info();
  prepareForHoplab(running);
  return running;
}

/** The names of all ReplicaSets of NGINX: more than one, where its pods were started anew. */
export async function nginxReplicaSets(): Promise<readonly string[]> {
  const kubectl = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl';
  const { stdout } = await exec(
    'cp',
    `${kubectl} get replicasets -A -l gateway.networking.k8s.io/gateway-name -o name`,
  );
  return stdout.split('\n').filter(Boolean);
}
