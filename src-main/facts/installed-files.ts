import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/** Where Hoplab notes which files it installed, so that a second run need not hash 300 MB. */
export const INSTALLED = '/var/lib/hoplab/installed';

/**
 * The SHA-256 of each file that Hoplab installed and that is still the same by size, time of modification and inode.
 * Lines of the note: `SHA256 SIZE MTIME INODE PATH`; `stat` prints the same without the hash, behind a line `==`.
 */
export const installedFiles: Fact<ReadonlyMap<string, string>> = {
  id: 'installed-files',
  sudo: true,
  command: sh`
    [ -e ${INSTALLED} ] || { echo '=='; exit; }
    cat ${INSTALLED} && echo '==' &&
      cut -d' ' -f5- ${INSTALLED} | xargs -r -d '\\n' stat -c '%s %Y %i %n' 2> /dev/null`,
  accept: 'any',
  parse(printed) {
    const [noted = '', found] = printed.stdout.split('==\n');
    if (found === undefined) throw noAnswer(printed);
    const now = new Set(found.split('\n'));
    return new Map(
      noted.split('\n').flatMap((line): [string, string][] => {
        const [sha256 = '', ...rest] = line.split(' ');
        return now.has(rest.join(' ')) && rest.length >= 4 ? [[rest.slice(3).join(' '), sha256]] : [];
      }),
    );
  },
};
