import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../test/set-up/built.ts';
import { prebuildName, type Target } from './configuration.ts';

/**
 * node-pty's build for a target, in a folder: npm installs that of this computer alone. Got from the registry, once, and
 * refused unless it is what package-lock.json says.
 */
export function fetchPrebuild(target: Target): string {
  const name = prebuildName(target);
  const { version, integrity } = locked(name);
  const kept = join(root, '.cache', 'prebuilds', `${name.replace('@lydell/', '')}-${version}`);
  if (existsSync(kept)) return kept;
  mkdirSync(join(kept, '..'), { recursive: true });
  const folder = mkdtempSync(join(kept, '..', 'fetch-'));
  try {
    const packed = run('npm', ['pack', '--silent', `${name}@${version}`], folder).trim();
    const file = join(folder, packed);
    const sum = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    if (sum !== integrity) throw new Error(`${name}@${version} is ${sum}, and package-lock.json says ${integrity}`);
    run('tar', ['-xzf', file], folder);
    if (target.os === 'mac') chmodSync(join(folder, 'package', 'spawn-helper'), 0o755);
    renameSync(join(folder, 'package'), kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return kept;
}

function locked(name: string): { version: string; integrity: string } {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string } | undefined>;
  };
  const found = packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`package-lock.json has no ${name}`);
  return found;
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}
