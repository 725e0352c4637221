import { execFile, spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hostKey, type HostKey } from '../../src-main/machines/known-hosts.ts';
import { sshdProgram } from './sshd-program.ts';

const run = promisify(execFile);

/** Why the real sshd cannot be tried here; undefined: it can. Fetches it first where it is not installed. */
export function sshdMissing(): string | undefined {
  const program = sshdProgram();
  return typeof program === 'string' ? program : undefined;
}

export interface OpenSshd {
  readonly port: number;
  /** Private keys that log root in, and the passphrase of the encrypted ones. */
  readonly keys: Readonly<Record<'ed25519' | 'ecdsa' | 'rsa' | 'encrypted', string>>;
  readonly passphrase: string;
  readonly hostKeys: Readonly<Record<'ed25519' | 'ecdsa' | 'rsa', HostKey>>;
  readonly authorizedKeys: string;
  /** Kills the server and the connections that it serves: what a machine that reboots does. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The real OpenSSH server on loopback, with its own keys and configuration; the first line of a setting counts. */
export async function openSshd(config: readonly string[] = []): Promise<OpenSshd> {
  // Not under /tmp: sshd reads authorized_keys as the user who logs in.
  const folder = await mkdtemp('/run/hoplab-sshd-');
  await chmod(folder, 0o755);
  await mkdir('/run/sshd', { recursive: true });
  const port = await freePort();
  for (const [name, content] of await (kept ??= newKeys()))
    await writeFile(join(folder, name), content, { mode: 0o600 });
  const keys = {
    ed25519: join(folder, 'user_ed25519'),
    ecdsa: join(folder, 'user_ecdsa'),
    rsa: join(folder, 'user_rsa'),
    encrypted: join(folder, 'user_encrypted'),
  };
  const hostKeys = {
    ed25519: await readHostKey(folder, 'ed25519'),
    ecdsa: await readHostKey(folder, 'ecdsa'),
    rsa: await readHostKey(folder, 'rsa'),
  };
  const authorizedKeys = join(folder, 'authorized_keys');
  await writeFile(
    authorizedKeys,
    (await Promise.all(Object.values(keys).map((key) => readFile(`${key}.pub`, 'utf8')))).join(''),
  );
  const file = join(folder, 'sshd_config');
  await writeFile(file, [...config, ...settings(folder, port)].join('\n') + '\n');
  const server = new Server(file, port);
  await server.start();
  const stop = async () => {
    await server.crash();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    port,
    keys,
    passphrase: PASSPHRASE,
    hostKeys,
    authorizedKeys,
    crash: () => server.crash(),
    start: () => server.start(),
    stop,
  };
}

const PASSPHRASE = "a 'quoted' pass phrase";

class Server {
  readonly #file: string;
  readonly #port: number;
  #child: ReturnType<typeof spawn> | undefined;

  constructor(file: string, port: number) {
    this.#file = file;
    this.#port = port;
  }

  async start(): Promise<void> {
    const program = sshdProgram();
    if (typeof program === 'string') throw new Error(program);
    const [sshd = '', ...words] = program.words;
    const child = spawn(sshd, [...words, '-D', '-e', '-f', this.#file], {
      env: program.env,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let log = '';
      child.once('exit', () => reject(new Error(`sshd ended: ${log}`)));
      child.stderr.on('data', (data: Buffer) => {
        log += data.toString();
        if (log.includes(`port ${this.#port}`)) resolve();
      });
    });
  }

  async crash(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    for (const pid of [...(await descendants(child.pid)), child.pid]) kill(pid);
    await exited;
  }
}

async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,comm=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const below = rows
    .filter(([, parent, name]) => Number(parent) === pid && name?.startsWith('sshd'))
    .map(([child]) => Number(child));
  return [...(await Promise.all(below.map(descendants))).flat(), ...below];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function settings(folder: string, port: number): string[] {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...['ed25519', 'ecdsa', 'rsa'].map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    'PasswordAuthentication no',
    'UsePAM no',
    'PermitRootLogin yes',
    'StrictModes no',
    'LogLevel VERBOSE',
  ];
}

/** The key files of every server, by name: making those of one takes seconds. */
let kept: Promise<ReadonlyMap<string, Buffer>> | undefined;

async function newKeys(): Promise<ReadonlyMap<string, Buffer>> {
  const folder = await mkdtemp('/run/hoplab-keys-');
  try {
    for (const owner of ['user', 'host'])
      for (const type of ['ed25519', 'ecdsa', 'rsa'])
        await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', join(folder, `${owner}_${type}`)]);
    const encrypted = join(folder, 'user_encrypted');
    for (const part of ['', '.pub']) await copyFile(join(folder, `user_ed25519${part}`), `${encrypted}${part}`);
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', PASSPHRASE, '-f', encrypted]);
    const names = await readdir(folder);
    return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readHostKey(folder: string, type: string): Promise<HostKey> {
  const [, blob = ''] = (await readFile(join(folder, `host_${type}.pub`), 'utf8')).split(' ');
  return hostKey(Buffer.from(blob, 'base64'));
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
