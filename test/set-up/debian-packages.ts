import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** apt does not wait for another one: the tests that run at the same time wait here. */
const LOCK = '/run/lock/hoplab-apt.lock';

/** On Debian, as root: installs those of the packages that are not there. Elsewhere nothing. */
export function installDebianPackages(names: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  if (spawnSync('dpkg', ['-s', ...names], { stdio: 'ignore' }).status === 0) return; // all there
  spawnSync('flock', [LOCK, 'apt-get', 'update', '-q'], { stdio: 'ignore' });
  spawnSync('flock', [LOCK, 'apt-get', 'install', '-yq', '--no-install-recommends', ...names], {
    stdio: ['ignore', 2, 2],
  });
}
