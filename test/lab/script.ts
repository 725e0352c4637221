import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

/** The bash script that is the lab. */
export const script = join(import.meta.dirname, 'lab');

export interface CommandOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Standard input; default empty. */
  readonly input?: string | undefined;
  /** Aborting it SIGKILLs the command. */
  readonly signal?: AbortSignal | undefined;
  /** Called with output as it arrives. */
  readonly onOutput?: ((text: string, stream: 'stdout' | 'stderr') => void) | undefined;
}

export interface CommandResult {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** Runs a command to its end, whatever its exit code. Rejects only when it could not be started. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...options.env }, stdio: 'pipe' });
  const stdout = collect(child, 'stdout', options.onOutput);
  const stderr = collect(child, 'stderr', options.onOutput);
  const kill = () => child.kill('SIGKILL');
  options.signal?.addEventListener('abort', kill, { once: true });
  if (options.signal?.aborted) kill();
  child.stdin.on('error', () => undefined); // it may end without having read its input
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (_, killedBy) => killedBy && setTimeout(() => letGo(child), 100));
    child.on('close', (exitCode, killedBy) => {
      options.signal?.removeEventListener('abort', kill);
      const duration = performance.now() - started;
      resolve({ exitCode, killedBy, stdout: stdout.join(''), stderr: stderr.join(''), duration });
    });
  });
}

/** What a killed process has started may live on and hold its output open. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr', onOutput: CommandOptions['onOutput']): string[] {
  const text: string[] = [];
  child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
    text.push(chunk);
    onOutput?.(chunk, stream);
  });
  return text;
}

/** Runs a command on this terminal; the exit code as a shell counts it. Ctrl-C is the command's to answer. */
export function runHere(
  command: string,
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; stdio?: StdioOptions } = {},
): Promise<number> {
  const child = spawn(command, args, {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdio: options.stdio ?? 'inherit',
  });
  const wait = () => undefined;
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', wait).off('SIGTERM', pass);
      resolve(code ?? 1);
    });
  });
}

/** Runs a verb of the lab. Rejects, with what it printed, when it fails. */
export async function lab(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(script, args);
  if (exitCode !== 0) throw new Error(`lab ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

const machine = z.object({ name: z.string(), hostname: z.string(), address: z.string() });

const infoSchema = z.object({
  up: z.boolean(),
  nodes: z.array(machine.extend({ role: z.enum(['control-plane', 'worker']), running: z.boolean() })),
  client: machine,
  ssh: z.object({
    key: z.string(),
    knownHosts: z.string(),
    config: z.string(),
    /** `password` is the one of `labpw`: for SSH and for sudo. */
    users: z.array(z.object({ name: z.string(), password: z.string().optional() })),
  }),
  /** Where this lab keeps disks, keys and, in `hoplab/` and `lab.yaml`, what belongs to Hoplab. */
  state: z.string(),
  /** The network namespace of the switch, in which 192.168.2.1 is. */
  switchNetns: z.string(),
  bundle: z.string(),
  /** With v. */
  kubernetes: z.string(),
  overrides: z.string(),
});

export type LabInfo = z.infer<typeof infoSchema>;

export async function info(): Promise<LabInfo> {
  return infoSchema.parse(JSON.parse(await lab('info', '--json')));
}

/** The names of what `lab setup` would still build. */
export async function missing(): Promise<readonly string[]> {
  return (await lab('missing')).split('\n').filter(Boolean);
}

/** Why this computer cannot run the lab, or undefined. */
export async function unable(): Promise<string | undefined> {
  const { exitCode, stderr } = await run(script, ['able']);
  return exitCode === 0 ? undefined : stderr.replace(/^lab: /, '').trim();
}
