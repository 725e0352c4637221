import { spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { hoplabWords, inherited } from './terminal.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a program does: without a terminal. `started` gets the process, and what it has printed; `uid`: as another user. */
export function hoplabInPipe(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  started: (child: ChildProcess, stdout: string) => void = () => undefined,
  uid?: number,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const [node = '', ...words] = hoplabWords;
    const child = spawn(node, [...words, ...args], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid }),
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const texts = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => {
      texts.stdout += data.toString();
      started(child, texts.stdout);
    });
    child.stderr.on('data', (data: Buffer) => (texts.stderr += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}
