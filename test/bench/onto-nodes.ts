import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cache } from '../../src-main/downloads/cache.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import type { Machine } from '../../src-main/machines/machine.ts';
import type { Route } from '../../src-main/machines/ssh/route.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import { uploadCommand } from '../../src-main/machines/upload.ts';
import { openSshd, type OpenSshd } from '../machines/open-sshd.ts';
import { publisher, table, timed } from './publisher.ts';

/*
 * `node test/bench/onto-nodes.ts [MEGABYTES] [ROUNDS] [RATE]`: files from a publisher onto three nodes, each a real sshd on loopback, by
 * Hoplab (into the cache, then to all nodes at the same time, hashed at both ends) against curl, four at a time, and then scp to each
 * node at the same time, once without and once with `sha256sum --check` at both ends; in turns, as root. Default: 400 MB, 3 rounds.
 * With a rate as `tc` has it (`1gbit`) all of it, downloads and uploads together, is on a network of that speed, in a namespace of its own.
 */

const rate = process.argv[4];
if (rate !== undefined && process.env['HOPLAB_BENCH_RATE'] !== rate) {
  await (await openSshd([])).stop(); // its package is fetched where there is a network
  process.exit(onNetworkOf(rate));
}

const bytes = Number(process.argv[2] ?? 400) * 1e6;
const rounds = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'hoplab-bench-'));
const nodes = await Promise.all(Array.from({ length: 3 }, () => openSshd(['Subsystem sftp internal-sftp'])));
const machines = await Promise.all(nodes.map((node) => openSshMachine(access(node))));
const source = await publisher(bytes);
try {
  const rows: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const hoplab = await timed(withHoplab);
    const scp = await timed(() => withScp(false));
    const verified = await timed(() => withScp(true));
    rows.push({
      hoplab,
      'curl + scp': scp,
      ratio: hoplab / scp,
      'and sha256sum at both ends': verified,
      'ratio ': hoplab / verified,
    });
  }
  table(rows);
  console.log("Seconds; a ratio is Hoplab's time by that of curl and scp.");
} finally {
  await Promise.all(machines.map((machine) => machine.close()));
  await Promise.all(nodes.map((node) => node.stop()));
  source.close();
  rmSync(folder, { recursive: true });
}

/** Runs this bench where loopback has no more than this rate. @returns the exit code */
function onNetworkOf(limit: string): number {
  const script =
    'ip link set lo up && tc qdisc add dev lo root tbf rate "$HOPLAB_BENCH_RATE" burst 2mb latency 100ms && exec "$@"';
  const words = ['--net', 'sh', '-c', script, 'sh', process.execPath, ...process.argv.slice(1)];
  const env = { ...process.env, HOPLAB_BENCH_RATE: limit };
  return spawnSync('unshare', words, { env, stdio: 'inherit' }).status ?? 1;
}

function access({ port, keys }: OpenSshd): Route {
  const none = () => Promise.resolve(undefined);
  return {
    name: `node-${String(port)}`,
    address: '127.0.0.1',
    access: { user: 'root', port, key: keys.ed25519, agent: false, password: false, sudo: 'passwordless' },
    secrets: { password: none, passphrase: none, sudoPassword: none },
    knownHosts: new KnownHosts(join(folder, 'known_hosts')),
    acceptNew: true,
  };
}

async function withHoplab(): Promise<void> {
  const cache = new Cache(join(folder, 'cache'));
  await source.download(cache);
  await Promise.all(machines.map((machine, at) => hand(machine, cache, join(folder, `node-${String(at)}`))));
  rmSync(cache.folder, { recursive: true });
}

async function hand(machine: Machine, cache: Cache, to: string): Promise<void> {
  for (const { sha256, name } of source.index.files) {
    const command = uploadCommand({ path: join(to, name), mode: '755', sha256 });
    await machine.run(command, { input: () => cache.open(sha256) });
  }
}

async function withScp(check: boolean): Promise<void> {
  const own = join(folder, 'own');
  mkdirSync(own, { recursive: true });
  const names = await source.curl(own);
  const sums = source.index.files.map(({ sha256 }, at) => `${sha256}  ${names[at] ?? ''}\n`).join('');
  if (check) await ended('sha256sum', ['--check', '--status'], { cwd: own, input: sums });
  await Promise.all(
    nodes.map(async ({ port, keys }, at) => {
      const to = join(folder, `scp-${String(at)}`);
      mkdirSync(to, { recursive: true });
      const trust = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
      const options = ['-q', '-F', 'none', ...trust, '-i', keys.ed25519, '-o', `Port=${String(port)}`];
      await ended('scp', [...options, ...names, `root@127.0.0.1:${to}/`], { cwd: own });
      const verify = `cd ${to} && sha256sum --check --status`;
      if (check) await ended('ssh', [...options, 'root@127.0.0.1', verify], { cwd: own, input: sums });
    }),
  );
}

/** @throws Error where a program does not end well */
async function ended(program: string, args: readonly string[], { cwd, input = '' }: { cwd: string; input?: string }) {
  const child = spawn(program, args, { cwd, stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(input);
  const [code] = (await once(child, 'exit')) as unknown[];
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
}
