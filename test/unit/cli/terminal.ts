import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { quote } from '../../../src-main/machines/command.ts';
import { bin, builtCli } from '../../set-up/built.ts';
import { hasProgram } from '../has-program.ts';

/** `script` of util-linux gives a program a terminal; that of other systems takes other options. */
export const terminalMissing = hasProgram('script', '-qec', 'true', '/dev/null') ? undefined : 'util-linux is missing';

/** The words that run the command line as its user does. */
export const hoplabWords = [bin('node'), builtCli()];

/** What the command line gets of this process's environment: each home is new, so what Node compiles of it is kept elsewhere. */
export const inherited = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};

export interface Typed {
  /** What has to stand in the terminal, after the last answer, before the keys are typed. */
  readonly after: string;
  readonly keys: string;
}

export const CTRL_C = '\x03';

/** Runs the command line in a terminal, answers what it asks, and returns how it ended and all that the terminal showed. */
export function hoplabInTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  answers: readonly Typed[],
): Promise<{ code: number | null; shown: string }> {
  return new Promise((resolve, reject) => {
    const command = `stty cols 500; exec ${[...hoplabWords, ...args].map(quote).join(' ')}`;
    const child = spawn('script', ['-qfec', command, '/dev/null'], {
      env: { ...inherited, SHELL: '/bin/sh', TERM: 'xterm', ...env },
      stdio: 'pipe',
    });
    const left = [...answers];
    let shown = '';
    let from = 0;
    child.stdout.on('data', (data: Buffer) => {
      shown += data.toString();
      const [next] = left;
      if (!next || !shown.includes(next.after, from)) return;
      from = shown.length;
      left.shift();
      child.stdin.write(next.keys);
    });
    onTestFinished(() => void child.kill());
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, shown }));
  });
}
