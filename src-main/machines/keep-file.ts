import { embed, sh, type ShellCommand } from './command.ts';

/** How the first line of every file begins that Hoplab writes whole. */
export const MARK = '# Written by Hoplab';

/** Where a file lies that Hoplab replaced, until it is put back. `root` stands for `/` in tests. */
export function keptPath(path: string, root = ''): string {
  return `${root}/var/lib/hoplab/kept${path}`;
}

/** Writes a file that everybody may read from standard input in one step, whatever the umask is, after keeping what was there before, once, unless it was Hoplab's own. */
export function writeKeeping(path: string, root = ''): ShellCommand {
  const kept = keptPath(path, root);
  const target = `${root}${path}`;
  const part = `${target}.hoplab-part`;
  return sh`(umask 022; mkdir -p "$(dirname ${target})") && mkdir -p "$(dirname ${kept})" && { [ ! -e ${target} ] || [ -e ${kept} ] || ${embed(isOurs(target))} || cp -a ${target} ${kept}; } && cat > ${part} && chmod 644 ${part} && mv -f ${part} ${target}`;
}

/** Puts back what was kept; where nothing was, removes the file, if it is Hoplab's. */
export function putBack(path: string, root = ''): ShellCommand {
  const kept = keptPath(path, root);
  const target = `${root}${path}`;
  return sh`if [ -e ${kept} ]; then mv -f ${kept} ${target}; elif ${embed(isOurs(target))}; then rm -f ${target}; fi`;
}

/** Tests whether Hoplab wrote a file. */
function isOurs(path: string): ShellCommand {
  return sh`head -n 1 ${path} 2> /dev/null | grep -q ${`^${MARK}`}`;
}
