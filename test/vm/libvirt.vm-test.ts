import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtCli } from '../set-up/built.ts';

/*
 * One VM by the real libvirt on an emulated processor: made from an image, rolled out to `workers` on a kernel of its own with cgroup v2,
 * rebooted, stopped, kept, restored, rolled out to the end, deleted. The VM is also the client, by a second address: this computer may be no client (systemd).
 */

const folder = process.env['HOPLAB_VM_FOLDER'] ?? '';
const home = join(folder, 'home');
const lab = join(folder, 'lab.yaml');
const KUBECTL = 'sudo kubectl --kubeconfig=/etc/kubernetes/admin.conf';

beforeAll(() => {
  if (folder === '') throw new Error('npm run test:vm says where');
  mkdirSync(home, { recursive: true });
  mkdirSync(join(home, 'machines'), { mode: 0o700 });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, 'machines', 'id_ed25519')]);
  // an emulated processor needs longer than kubeadm waits, for RSA most of all; a leader that renews too late ends itself
  writeFileSync(
    join(folder, 'kubeadm.yaml'),
    `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
timeouts: { controlPlaneComponentHealthCheck: 20m0s, kubernetesAPICall: 10m0s, kubeletHealthCheck: 10m0s }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
encryptionAlgorithm: ECDSA-P256
controllerManager:
  extraArgs:
    - { name: kube-api-qps, value: '100' }
    - { name: kube-api-burst, value: '200' }
    - { name: leader-elect, value: 'false' }
scheduler:
  extraArgs:
    - { name: leader-elect, value: 'false' }
`,
  );
});

test('init writes the addresses down before anything is made, and plan says what will be made', async () => {
  const { HOPLAB_VM_IMAGE: image = '', HOPLAB_VM_BUNDLE: bundle = '' } = process.env;
  const vm = ['--machines', 'libvirt', '--count', '1', '--memory', '3GiB', '--image', image];
  await hoplab('init', ...vm, '--bundle', bundle, '--overrides', 'kubeadm.yaml');
  const key = join(home, 'machines', 'id_ed25519');
  const client = `client: { address: 192.168.123.60, ssh: { user: hoplab, key: ${key} } }`;
  // six pods that are asked each second whether they are ready are more than it has time for
  const fewer = readFileSync(lab, 'utf8').replace('replicas: 3', 'replicas: 2').replace('replicas: 3', 'replicas: 1');
  writeFileSync(lab, fewer.replace('client: this-computer', client));
  expect(readFileSync(lab, 'utf8')).toContain('{ name: k8s-master, role: control-plane, address: 192.168.123.10 }');
  const { stdout } = await hoplab('plan');
  expect(stdout).toContain('Define and start the VM hoplab-shortener-k8s-master: 2 CPUs, 3072 MiB, 192.168.123.10');
  expect((await hoplab('machines', 'list').catch(outputOf)).stdout).toMatch(
    /k8s-master +192\.168\.123\.10 +not made yet/,
  );
});

test('up makes the VM, trusts the host key that it was given, and rolls out on its own kernel', async () => {
  const { stdout } = await hoplab('up', '--to', 'workers');
  expect(stdout).toMatch(/done · \d+ changes, \d+ checks passed, 0 failed/);
  expect(await onNode('stat -fc %T /sys/fs/cgroup')).toBe('cgroup2fs');
  expect(await onNode('uname -n')).toBe('k8s-master');
});

test('after a reboot, and after all VMs were stopped, up ends well and changes nothing in the VM', async () => {
  await onNode('sudo systemctl reboot').catch(() => '');
  await hoplab('up', '--to', 'workers');
  await hoplab('machines', 'stop');
  expect((await hoplab('machines')).stdout).toMatch(/stopped/);
  expect((await hoplab('status').catch(outputOf)).stdout).toMatch(/stopped/);
  const { stdout } = await hoplab('up', '--to', 'workers');
  expect(stdout).toMatch(/done · 1 changes, \d+ checks passed, 0 failed/); // it was started
});

test('a clock that is behind, as after a sleep, is set by `machines start`', async () => {
  await onNode('sudo timedatectl set-ntp false; sudo date -s @$(( $(date +%s) - 3600 ))');
  const { stdout } = await hoplab('machines', 'start');
  expect(stdout).toMatch(/Set the clock of k8s-master, which is 3[56]\d\d s behind/);
  const off = Number(await onNode('date +%s')) - Date.now() / 1000;
  expect(Math.abs(off)).toBeLessThan(20);
});

test('loss and delay on the way are noticed by no check that should not notice them', async () => {
  await onNode('sudo tc qdisc add dev eth0 root netem delay 100ms 20ms loss 2%');
  const { stdout } = await hoplab('verify', 'connect');
  expect(stdout).toMatch(/0 failed/);
  await onNode('sudo tc qdisc del dev eth0 root');
});

test('a snapshot brings back what was deleted since', async () => {
  await hoplab('machines', 'snapshot', 'rolled-out');
  await onNode('sudo rm -rf /etc/kubernetes && echo gone > /tmp/gone');
  await hoplab('machines', 'restore', 'rolled-out');
  expect(await onNode('sudo test -d /etc/kubernetes && echo there')).toBe('there');
  expect((await hoplab('machines')).stdout).toContain('Snapshots: rolled-out');
  await hoplab('up', '--to', 'workers');
});

test('the whole rollout ends at a name that the client resolves and the app answers', async () => {
  // an emulated processor has no room for what is done early, and may take longer than a change waits: what is done stays
  const all = () => hoplab('--in-order', 'up');
  const { stdout } = await all().catch(async (error: unknown) => {
    console.log(
      outputOf(error).stdout,
      await onNode(`${KUBECTL} get pods -A -o wide; ${KUBECTL} get events -A | tail -40`),
    );
    return all();
  });
  console.log(stdout);
  expect(stdout).toMatch(/done · \d+ changes, \d+ checks passed, 0 failed/);
  expect(await onNode('curl -sS -m 20 http://url-shortener.staging.k8s.local/hostname')).toMatch(/^shortener-service-/);
});

test('a VM of that name that is another lab’s is left alone', async () => {
  const other = join(folder, 'other', 'lab.yaml');
  mkdirSync(join(folder, 'other'));
  writeFileSync(other, readFileSync(lab, 'utf8').replace('kubeadm.yaml', '../kubeadm.yaml'));
  const refused = await run(['--file', other, 'machines', 'delete', '--yes']);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('not of this lab');
  expect((await hoplab('machines')).stdout).toMatch(/running/);
});

test('delete leaves nothing: no VM, no disk, no network, no pinned key of what it made', async () => {
  await hoplab('machines', 'delete', '--yes');
  expect(await virsh('list', '--all', '--name')).toBe('');
  expect(await virsh('net-list', '--all', '--name')).toBe('');
  expect(await virsh('vol-list', 'hoplab')).not.toContain('hoplab-shortener');
  // the client is none of its machines, as far as it knows
  expect(readFileSync(join(home, 'known_hosts'), 'utf8')).toMatch(/^192\.168\.123\.60 \S+ \S+\n$/);
});

interface Ran {
  readonly stdout: string;
  readonly code: number | null;
}

/** @throws Error with all that it printed, unless the exit code is 0 */
async function hoplab(...args: readonly string[]): Promise<Ran> {
  const started = performance.now();
  const ran = await run(args);
  console.log(`${Math.round((performance.now() - started) / 1000)} s  hoplab ${args.join(' ')}`);
  if (ran.code !== 0) throw Object.assign(new Error(`hoplab ${args.join(' ')}\n${ran.stdout}`), ran);
  return ran;
}

function outputOf(error: unknown): Ran {
  return error as Ran;
}

function run(args: readonly string[]): Promise<Ran> {
  return collect(process.execPath, [builtCli(), '--accept-new', ...args]);
}

async function onNode(command: string): Promise<string> {
  const options = ['-o', `UserKnownHostsFile=${join(home, 'known_hosts')}`, '-o', 'BatchMode=yes'];
  const ssh = ['-i', join(home, 'machines', 'id_ed25519'), ...options, 'hoplab@192.168.123.10', command];
  const { stdout, code } = await collect('ssh', ssh);
  if (code !== 0) throw new Error(`${command}: ${stdout}`);
  return stdout.trim();
}

async function virsh(...args: readonly string[]): Promise<string> {
  return (await collect('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout.trim();
}

function collect(program: string, args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, HOPLAB_HOME: home, NO_COLOR: '1', HOPLAB_FILE: lab, LANG: 'C.UTF-8' };
  const child = spawn(program, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (stdout += piece.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ stdout, code })));
}
