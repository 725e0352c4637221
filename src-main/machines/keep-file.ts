import { sh, type ShellCommand } from './command.ts';

/** Where a file lies that Hoplab replaced, until it is put back. `root` stands for `/` in tests. */
export function keptPath(path: string, root = ''): string {
  return `${root}/var/lib/hoplab/kept${path}`;
}

/** Writes a file from standard input in one step, after keeping what was there before (once: the first is the user's). */
export function writeKeeping(path: string, root = ''): ShellCommand {
  const kept = keptPath(path, root);
  const target = `${root}${path}`;
  const part = `${target}.hoplab-part`;
  return sh`mkdir -p "$(dirname ${target})" "$(dirname ${kept})" && { [ ! -e ${target} ] || [ -e ${kept} ] || cp -a ${target} ${kept}; } && cat > ${part} && chmod 644 ${part} && mv -f ${part} ${target}`;
}

/** Puts back what was kept, or removes the file when nothing was there before. */
export function putBack(path: string, root = ''): ShellCommand {
  const kept = keptPath(path, root);
  const target = `${root}${path}`;
  return sh`if [ -e ${kept} ]; then mv -f ${kept} ${target}; else rm -f ${target}; fi`;
}
