import { all, sh, type ShellCommand } from './command.ts';

/** Copies of configuration files as a service has read them, made after its restart. */
export const READ_FOLDER = '/var/lib/hoplab/read';

/** Where the copy of a file lies that a service has read. A run that was cut off before the restart leaves it as it was. */
export function readCopy(path: string): string {
  return `${READ_FOLDER}${path}`;
}

/** Notes, after a restart, that the files as they are now have been read. */
export function noteRead(paths: readonly string[]): ShellCommand {
  return all(paths.map((path) => sh`mkdir -p "$(dirname ${readCopy(path)})" && cp ${path} ${readCopy(path)}`));
}
