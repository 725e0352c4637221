import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, vi } from 'vitest';
import { tempFolder } from './temp-folder.ts';

const run = promisify(execFile);

/** Key files made by ssh-keygen. */
export async function keyFiles(type: 'ed25519' | 'rsa', count: number): Promise<readonly string[]> {
  const folder = await tempFolder();
  const files = Array.from({ length: count }, (_, index) => join(folder, `key${index}`));
  const bits = type === 'rsa' ? ['-b', '2048'] : []; // each takes a moment
  for (const file of files) await run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-f', file]);
  return files;
}

/** Gives a key file a passphrase. */
export async function lock(key: string, passphrase: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', key]);
}

/** Puts a certificate for root beside a key, of an authority of its own. */
export async function certify(key: string): Promise<void> {
  const [authority = ''] = await keyFiles('ed25519', 1);
  await run('ssh-keygen', ['-q', '-s', authority, '-I', 'test', '-n', 'root', `${key}.pub`]);
}

/** A real agent with these keys, which ends with the test; it is the one that the lab file may ask for. */
export async function agentWith(keys: readonly string[]): Promise<void> {
  const socket = join(await tempFolder(), 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  onTestFinished(() => void agent.kill());
  vi.stubEnv('SSH_AUTH_SOCK', socket);
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect.poll(() => run('ssh-add', [...keys]).then(() => 'added', String), { timeout: 10_000 }).toBe('added');
}
