import { PassThrough } from 'node:stream';
import { homedir } from 'node:os';
import type { Shell, ShellOptions } from '../machines/machine.ts';

/**
 * A shell on this computer. node-pty is native: it is loaded when the first terminal is opened. Behind the name package.json has
 * @lydell/node-pty, the same code with builds for Linux: node-pty's own package would be compiled when Hoplab is installed.
 */
export async function openLocalShell({ columns = 80, rows = 24, signal }: ShellOptions): Promise<Shell> {
  const { spawn } = await import('node-pty');
  const shell = process.env['SHELL'] ?? (process.platform === 'win32' ? 'powershell.exe' : '/bin/sh');
  const terminal = spawn(shell, [], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: homedir(),
    env: process.env,
  });
  const output = new PassThrough();
  terminal.onData((text) => void output.write(text));
  terminal.onExit(() => output.end().destroy());
  const close = () => terminal.kill();
  signal?.addEventListener('abort', close, { once: true });
  output.once('close', () => signal?.removeEventListener('abort', close));
  return {
    output,
    write: (data) => terminal.write(data),
    resize: (width, height) => terminal.resize(width, height),
    close,
  };
}
