import { spawnSync, type StdioOptions } from 'node:child_process';
import { bin, builtCli, root } from './built.ts';

/**
 * `npm start`: the window, or where none can be shown the tour in the terminal; `npm start -- COMMAND` any command of the
 * command line, in the folder where npm was called.
 */
const args = process.argv.slice(2);
const cli = builtCli();
process.exitCode = args.length === 0 && hasDisplay() && hasElectron() ? run(bin('electron'), [root]) : runCli(args);

function runCli(words: readonly string[]): number {
  return run(bin('node'), [cli, ...(words.length > 0 ? words : ['tour'])]);
}

function run(program: string, words: readonly string[], stdio: StdioOptions = 'inherit'): number {
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const { status, error } = spawnSync(program, words, { cwd, stdio });
  if (error) throw error;
  return status ?? 1;
}

function hasDisplay(): boolean {
  const { platform, env } = process;
  return platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
}

/** Electron fetches its program when it is asked for the first time; without a network there is none. */
function hasElectron(): boolean {
  if (run(bin('electron'), ['--version'], 'ignore') === 0) return true;
  console.error(
    'Electron could not be fetched: no window. The same in a browser: npm start -- serve. In the terminal:',
  );
  return false;
}
