import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

const cli = join(root, 'out', 'main', 'cli.cjs');
/** What a build writes last. */
const page = join(root, 'out', 'renderer', 'index.html');
const sources = ['src-main', 'src-renderer', 'resources', 'package-lock.json', 'electron.vite.config.ts'];

/** The path of Hoplab's command line; it and the window are built first when they are missing or older than a source. */
export function builtCli(): string {
  if (Math.min(changed(cli), changed(page)) <= Math.max(...sources.map((name) => newest(join(root, name))))) build();
  return cli;
}

function build(): void {
  const result = spawnSync(bin('electron-vite'), ['build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error('Hoplab could not be built; the reason is above.');
}

export function bin(name: string): string {
  return join(root, 'node_modules', '.bin', name);
}

function newest(path: string): number {
  const children = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : [];
  return Math.max(changed(path), ...children.map((name) => newest(join(path, name))));
}

/** Milliseconds since 1970; 0 when there is no such file. */
function changed(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
