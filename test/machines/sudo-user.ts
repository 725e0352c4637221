import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';

const run = promisify(execFile);

/** Why no user with sudo can be made here; undefined: one can. */
export function sudoMissing(): string | undefined {
  return userMissing(['/usr/bin/sudo']);
}

/** Why no user can be made here; undefined: one can. */
export function userMissing(more: readonly string[] = []): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make a user';
  const missing = ['/usr/sbin/useradd', '/usr/sbin/chpasswd', ...more].find((file) => !existsSync(file));
  return missing && `${missing} is not installed`;
}

export interface SudoUser {
  readonly name: string;
  readonly password: string;
  remove(): Promise<void>;
}

/** A user of this computer with the given rule of sudoers; without one, a user who may not use sudo. */
export async function sudoUser(rule?: 'ALL' | 'NOPASSWD: ALL'): Promise<SudoUser> {
  const name = `hoplab-${randomBytes(4).toString('hex')}`;
  const password = `pa'ss "w$o\`rd\\ ${randomBytes(4).toString('hex')}`;
  const sudoers = `/etc/sudoers.d/${name}`;
  await run('useradd', ['--create-home', '--shell', '/bin/bash', name]);
  const chpasswd = run('chpasswd');
  chpasswd.child.stdin?.end(`${name}:${password}\n`);
  await chpasswd;
  if (rule) await writeFile(sudoers, `${name} ALL=(ALL:ALL) ${rule}\n`, { mode: 0o440 });
  const remove = async () => {
    await rm(sudoers, { force: true });
    await run('userdel', ['--remove', '--force', name]).catch((error: unknown) => console.warn(String(error)));
  };
  return { name, password, remove };
}
