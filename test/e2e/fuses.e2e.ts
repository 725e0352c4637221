import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flipFuses, FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { fuses } from '../../packaging/fuses.ts';
import { root } from '../set-up/built.ts';
import { expect, hasElectron, test } from './window.ts';

/* What a packager will make, as far as it can be made here: the Electron of the tests with our fuses, and our app in it. */

/** Made before the first test: whoever lists the tests reads this file as well. */
let folder = '';
let program = '';
/** Of the app's archive: here it lies in a folder. */
const ofArchives = [FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableEmbeddedAsarIntegrityValidation].map(String);

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoplab-fuses-'));
  program = join(folder, 'hoplab');
  const electron = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (electron === undefined || process.platform !== 'linux') return;
  // links, but for the program that is changed
  spawnSync('cp', ['-as', `${electron}/.`, folder]);
  unlinkSync(join(folder, 'electron'));
  copyFileSync(join(electron, 'electron'), program);
  const app = join(folder, 'resources', 'app');
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  for (const name of ['out', 'package.json', 'resources', 'node_modules'])
    symlinkSync(join(root, name), join(app, name));
  await flipFuses(program, Object.fromEntries(await here()) as typeof fuses);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));
test.beforeEach(({ door }) => {
  test.skip(door === 'browser', 'a page has none');
  test.skip(!hasElectron || process.platform !== 'linux', 'SKIPPED: no Electron here (ELECTRON_OVERRIDE_DIST_PATH)');
});

/** Those that the Electron of the tests has. */
async function here(): Promise<[string, unknown][]> {
  const wire = await getCurrentFuseWire(program);
  return Object.entries(fuses).filter(([fuse]) => fuse in wire && !ofArchives.includes(fuse));
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
  const options = { encoding: 'utf8', timeout: 6000, env: { ...process.env, HOPLAB_HOME: folder, ...env } } as const;
  return spawnSync(program, args, options);
}

test('the fuses are in the program as they are declared', async () => {
  const wire = await getCurrentFuseWire(program);
  const declared = (await here()).filter(([fuse]) => fuse !== 'version');
  expect(declared.length).toBeGreaterThan(4);
  for (const [fuse, enabled] of declared) {
    const states = wire as unknown as Readonly<Record<string, FuseState>>;
    expect([fuse, states[fuse]]).toEqual([fuse, enabled === true ? FuseState.ENABLE : FuseState.DISABLE]);
  }
});

test('the program is no Node.js for whoever asks, and takes no options of it', () => {
  const asNode = run(['-e', 'console.log("ran as", "node")'], { ELECTRON_RUN_AS_NODE: '1' });
  expect(asNode.stdout).not.toContain('ran as node');
  const withOptions = run(['--no-sandbox'], { NODE_OPTIONS: '--inspect=0' });
  expect(withOptions.stderr).not.toContain('Debugger listening');
  expect(withOptions.stderr).not.toContain('not supported in packaged apps'); // what it says of this one where it reads them
});

test('the program does not start with a debugger', () => {
  for (const way of ['--inspect=0', '--remote-debugging-port=0', '--remote-debugging-pipe']) {
    const { status, stderr } = run(['--no-sandbox', way]);
    expect([way, status, stderr]).toEqual([way, 2, expect.stringContaining('not started with a debugger')]);
    expect(stderr).not.toMatch(/(?:Debugger|DevTools) listening/);
  }
});
