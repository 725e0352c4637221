import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stages } from '../../../src-main/stages/index.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';
import { hoplabOnRecording } from './on-recording.ts';

const stageIds = stages.map(({ id }) => id);

/** What a shell offers for the last of the words, given the script. */
type Offered = (script: string, words: readonly string[], folder: string) => string[];

const split = (text: string): string[] => text.split('\n').filter(Boolean);

/** The real bash runs the function as readline does; what is empty makes it offer files. */
const inBash: Offered = (script, words, folder) => {
  const program = `${script}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hoplab
printf '%s\\n' "\${COMPREPLY[@]}"; complete -p hoplab >&2`;
  const offered = split(
    execFileSync('bash', ['--norc', '-c', program, 'bash', ...words], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  return offered.length > 0 ? offered : split(execFileSync('ls', { cwd: folder, encoding: 'utf8' }));
};

/** The real zsh runs the function; what it calls to offer something prints it. */
const inZsh: Offered = (script, words, folder) => {
  const program = `compdef() { : }
${script}
_describe() { [[ $1 == -o ]] && shift; local one; for one in \${(P)2}; do print -r -- "\${\${one//\\\\:/;}%%:*}"; done }
compadd() { shift; print -l -- "$@" }
_files() { print -l -- * }
words=("$@"); CURRENT=$#; _hoplab`;
  return split(execFileSync('zsh', ['-f', '-c', program, 'zsh', ...words], { cwd: folder, encoding: 'utf8' }));
};

/** The real fish says what it would offer. */
const inFish: Offered = (script, words, folder) => {
  const file = join(folder, '.script.fish');
  writeFileSync(file, script);
  const line = words.map((word) => word.replaceAll(' ', '\\ ')).join(' ');
  const env = { ...process.env, HOME: folder };
  const program = `source ${file}; complete -C '${line}'`;
  const offered = execFileSync('fish', ['--no-config', '-c', program], { cwd: folder, encoding: 'utf8', env });
  return split(offered).map((row) => row.split('\t')[0] ?? '');
};

const shells: readonly (readonly [string, Offered])[] = [
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
];

describe.each(shells)('completion in %s', (shell, offered) => {
  let folder: string;
  let script: string;
  beforeAll(async () => {
    folder = await tempFolder();
    writeFileSync(join(folder, 'lab.yaml'), '');
    mkdirSync(join(folder, 'labs'));
    const { code, stdout } = await hoplabOnRecording('completion', shell);
    expect(code).toBe(0);
    script = stdout;
  });
  // SKIPPED where the shell is not installed
  const real = it.skipIf(!hasProgram(shell, '-c', 'true'));
  const offers = (...words: readonly string[]) => offered(script, ['hoplab', ...words], folder);

  real('offers commands, and those below them', () => {
    expect(offers('')).toEqual(expect.arrayContaining(['init', 'up', 'kubeconfig', 'bundle', 'completion']));
    expect(offers('bundle', '')).toEqual(expect.arrayContaining(['create', 'verify', 'show', 'diff']));
    expect(offers('bundle', '')).not.toContain('up');
    expect(offers('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  real('offers stages where one is meant', () => {
    for (const words of [
      ['undo', ''],
      ['verify', ''],
      ['up', '--to', ''],
      ['-f', 'my lab.yaml', 'plan', '--to', ''],
    ]) {
      expect([words, offers(...words)]).toEqual([words, expect.arrayContaining(stageIds)]);
    }
    expect(offers('status', '')).not.toContain(stageIds[0]);
  });

  real('offers options: those of the command, and those of all', () => {
    const options = offers('kubeconfig', '--');
    expect(options).toEqual(expect.arrayContaining(['--use', '--remove', '--json', '--file']));
    expect(options).not.toContain('--to');
  });

  real('offers values of options, and nothing else there', () => {
    expect([...offers('--lang', '')].sort()).toEqual(['en', 'ja']);
    expect([...offers('up', '--speed', '')].sort()).toEqual(['1', '10', 'instant']);
    // the value of an option is no command
    expect(offers('--lang', 'en', '')).toContain('up');
    expect(offers('-f', 'up', 'bundle', '')).toContain('create');
  });

  real('offers files where one is meant', () => {
    for (const words of [
      ['-f', ''],
      ['bundle', 'show', ''],
    ]) {
      expect([words, offers(...words).map((name) => name.replace(/\/$/, ''))]).toEqual([
        words,
        expect.arrayContaining(['lab.yaml', 'labs']),
      ]);
    }
  });
});

describe('hoplab completion', () => {
  it('knows three shells', async () => {
    const { code, stderr } = await hoplabOnRecording('completion', 'tcsh');
    expect(code).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });
});
