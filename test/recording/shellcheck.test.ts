import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasShellcheck } from '../set-up/shellcheck.ts';
import { shipped } from './play.ts';

const shellcheck = hasShellcheck();
if (!shellcheck) console.log('SKIPPED: shellcheck of the recorded commands: it is not installed');

test.skipIf(!shellcheck)(
  'shellcheck finds nothing in any command that the recording holds',
  async () => {
    const { questions, changes } = await shipped();
    const commands = ofEachShape([...questions, ...changes].map(({ command }) => command));
    expect(commands.length).toBeGreaterThan(100);
    expect(complaints(commands)).toEqual([]);
  },
  300_000,
);

test.skipIf(!shellcheck)('what is wrong is found', () => {
  expect(complaints(['for file in $(ls *.txt); do rm $file; done'])).not.toEqual([]);
});

/** One of those that differ in numbers alone, such as the mark of a request. */
function ofEachShape(commands: readonly string[]): readonly string[] {
  return [...new Map(commands.map((command) => [command.replace(/[0-9a-f]*\d[0-9a-f]*/g, '1'), command])).values()];
}

/** Names that kubectl printed, each of which is to be a word. */
const NAMES = '$leaving ';

/** Not SC2016: what another shell is to expand stands in single quotes. Of all commands, as `N.sh:LINE:COLUMN: note`, with the command. */
function complaints(commands: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'hoplab-shellcheck-'));
  try {
    const files = commands.map((command, index) => {
      writeFileSync(join(folder, `${index}.sh`), `${command}\n`);
      return `${index}.sh`;
    });
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2016', '-f', 'gcc', ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => {
        const command = commands[parseInt(line)] ?? '';
        const [, row = 1, column = 1] = line.split(':').map(Number);
        const isMeant = line.includes('SC2086') && command.split('\n')[row - 1]?.startsWith(NAMES, column - 1);
        return isMeant ? [] : [`${line}\n${command}`];
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
