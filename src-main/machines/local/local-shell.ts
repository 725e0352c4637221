import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { quote } from '../command.ts';
import { CommandFailed } from '../errors.ts';
import type { Shell, ShellOptions } from '../machine.ts';

type Terminal = ChildProcessByStdio<Writable, Readable, null>;

/**
 * A shell with a terminal, by util-linux' `script`: Node has no terminals of its own, and node-pty would be a native
 * module. The shell tells its terminal's path on file descriptor 3, where `stty` can resize it.
 */
export async function openLocalShell(machine: string, options: ShellOptions): Promise<Shell> {
  const { columns = 80, rows = 24, signal } = options;
  const child = start(columns, rows);
  const { stdin, stdout } = child;
  // Its end closes the terminal, and that hangs up the shell. SIGHUP itself `script` ignores.
  const close = () => void child.kill('SIGKILL');
  stdin.on('error', close); // the shell has ended; the end of its output says so
  signal?.addEventListener('abort', close);
  child.once('close', () => signal?.removeEventListener('abort', close));
  const path = await terminalPath(machine, child);
  if (signal?.aborted) close();
  return {
    output: stdout,
    write: (data) => void stdin.write(data),
    resize: (width, height) => resize(path, width, height),
    close,
  };
}

function start(columns: number, rows: number): Terminal {
  const shell = quote(process.env['SHELL'] ?? '/bin/sh');
  const script = `tty >&3; exec 3>&-; stty cols ${columns} rows ${rows}; exec ${shell}`;
  return spawn('script', ['-qfc', `exec sh -c ${quote(script)}`, '/dev/null'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    env: { ...process.env, TERM: 'xterm-256color' },
  }) as Terminal;
}

function terminalPath(machine: string, child: Terminal): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (cause?: unknown) =>
      reject(new CommandFailed(machine, `${machine}: a shell on this computer needs util-linux' "script".`, { cause }));
    child.once('error', failed);
    child.once('exit', () => failed());
    child.stdio[3]?.once('data', (path: Buffer) => resolve(path.toString().trim()));
  });
}

function resize(terminal: string, columns: number, rows: number): void {
  const stty = spawn('stty', ['-F', terminal, 'cols', String(columns), 'rows', String(rows)], { stdio: 'ignore' });
  stty.on('error', () => undefined); // without stty the size stays as it was, which is no failure of the shell
}
