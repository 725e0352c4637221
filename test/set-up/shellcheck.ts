import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Debian's, on Debian as root installed where it is missing; undefined: there is none, and why. */
export function findShellcheck(): string | undefined {
  if (isThere()) return 'shellcheck';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-yq', '--no-install-recommends', 'shellcheck'], { stdio: 'ignore' });
  return isThere() ? 'shellcheck' : undefined;
}

function isThere(): boolean {
  return spawnSync('shellcheck', ['--version'], { stdio: 'ignore' }).status === 0;
}
