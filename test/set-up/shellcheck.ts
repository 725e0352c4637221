import { spawnSync } from 'node:child_process';
import { installDebianPackages } from './debian-packages.ts';

/** Whether there is a shellcheck; on Debian, as root, it is installed where it is missing. */
export function hasShellcheck(): boolean {
  if (isThere()) return true;
  installDebianPackages(['shellcheck']);
  return isThere();
}

function isThere(): boolean {
  return spawnSync('shellcheck', ['--version'], { stdio: 'ignore' }).status === 0;
}
