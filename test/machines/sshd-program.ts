import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../set-up/built.ts';

/** How the real sshd is started here: these words, then its options. */
export interface SshdProgram {
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const SYSTEM = '/usr/sbin/sshd';
const folder = join(root, '.cache', 'sshd');
const unpacked = join(folder, 'root');

/**
 * The system's sshd; else that of Debian's package, unpacked into .cache/ and not installed. A sentence says why there is
 * none.
 */
export function sshdProgram(): SshdProgram | string {
  if (process.getuid?.() !== 0) return 'the real sshd needs root to serve other users';
  if (existsSync(SYSTEM)) return { words: [SYSTEM], env: process.env };
  const missing = ['apt-get', 'dpkg', 'unshare'].find((name) => spawnSync(name, ['--version']).error);
  if (missing) return `openssh-server is not installed, and without ${missing} it cannot be fetched`;
  try {
    if (!existsSync(join(unpacked, SYSTEM))) fetchPackages();
    if (!usable()) return 'openssh-server is not installed, and the one that was fetched does not run here';
    return borrowed();
  } catch (error) {
    return `openssh-server is not installed and cannot be fetched (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** libwrap0 is what it needs that not every system has. */
function fetchPackages(): void {
  mkdirSync(folder, { recursive: true });
  const options = { cwd: folder, timeout: 60_000, stdio: 'pipe' } as const;
  execFileSync('apt-get', ['download', 'openssh-server', 'libwrap0'], options);
  const part = `${unpacked}.${process.pid}`;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.deb'))) {
    execFileSync('dpkg', ['-x', name, part], options);
  }
  // another test file may have been faster
  if (existsSync(unpacked)) rmSync(part, { recursive: true, force: true });
  else renameSync(part, unpacked);
}

function libraries(): string {
  const files = readdirSync(unpacked, { recursive: true, encoding: 'utf8' });
  return dirname(join(unpacked, files.find((file) => /\/libwrap\.so\.\d+$/.test(file)) ?? ''));
}

function usable(): boolean {
  const env = { ...process.env, LD_LIBRARY_PATH: libraries() };
  return !spawnSync('ldd', [join(unpacked, SYSTEM)], { env, encoding: 'utf8' }).stdout.includes('not found');
}

/** sshd wants a user `sshd`, which only its installation makes: it sees one in a mount namespace of its own. */
function borrowed(): SshdProgram {
  const passwd = join(folder, `passwd.${process.pid}`);
  const users = readFileSync('/etc/passwd', 'utf8');
  writeFileSync(passwd, `${users.trimEnd()}\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`);
  const script = 'mount --bind "$0" /etc/passwd && exec "$@"';
  return {
    words: ['unshare', '-m', 'sh', '-c', script, passwd, join(unpacked, SYSTEM)],
    env: { ...process.env, LD_LIBRARY_PATH: libraries() },
  };
}
