import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { ShellCommand } from '../command.ts';
import type { Process, ProcessEnd } from '../process/process.ts';

/** Starts a command in a session of its own: no terminal, so that sudo cannot ask there. */
export function startLocalProcess(command: ShellCommand): Process {
  const child = spawn('sh', ['-c', command], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let abandon: () => void = () => undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (cause) => resolve({ kind: 'lost', why: 'a shell could not be started', cause }));
    child.once('close', (code, signal) => resolve({ kind: 'exited', exitCode: exitCode(code, signal) }));
    abandon = () => {
      release(child);
      resolve({ kind: 'lost', why: 'the process was left alone' });
    };
  });
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, abandon: () => abandon() };
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

function release(child: ChildProcess): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  child.unref();
}
