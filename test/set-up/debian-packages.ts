import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** On Debian, as root: installs those of the packages that are not there. Elsewhere nothing. */
export function installDebianPackages(names: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  if (spawnSync('dpkg', ['-s', ...names], { stdio: 'ignore' }).status === 0) return; // all there
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-yq', '--no-install-recommends', ...names], { stdio: ['ignore', 2, 2] });
}
