import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FuseState, getCurrentFuseWire } from '@electron/fuses';
import { beforeAll, describe, expect, test } from 'vitest';
import { fuses } from '../../packaging/fuses.ts';
import { version } from '../../src-main/version.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { bin, root } from '../set-up/built.ts';
import { testElectron } from '../set-up/test-electron.ts';
import { installWindowPackages } from '../set-up/window-packages.ts';
import { openScreen } from './screen.ts';

/*
 * The app from its deb, unpacked into a folder of its own and started from there. In it is the Electron that HOPLAB_ELECTRON_DIST
 * or ELECTRON_OVERRIDE_DIST_PATH names (the tests' older one); fpm is the stand-in of this folder.
 */

const electron = process.env['HOPLAB_ELECTRON_DIST'] ?? testElectron();
const folder = await tempFolder();
const installed = join(folder, 'root', 'opt', 'Hoplab');
const program = join(installed, 'hoplab-desktop');
const cwd = join(folder, 'empty');
const deb = join(root, 'out', 'packages', `hoplab-${version}-linux-amd64.deb`);

const missing = whatIsMissing();
if (missing !== undefined) console.error(`\n  SKIPPED: the app from its package was not tried: ${missing}\n`);

function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'its test is for Linux on x64';
  if (electron === undefined) return 'neither HOPLAB_ELECTRON_DIST nor ELECTRON_OVERRIDE_DIST_PATH names an Electron';
  installWindowPackages();
  return existsSync('/usr/bin/xvfb-run') ? undefined : 'there is no xvfb-run (Debian: apt install xvfb xauth)';
}

function pack(dist: string): void {
  const copy = join(folder, 'electron');
  cpSync(dist, copy, { recursive: true });
  for (const name of ['app', 'app.asar']) rmSync(join(copy, 'resources', name), { recursive: true, force: true });
  const env = {
    ...process.env,
    PATH: [join(import.meta.dirname, 'programs'), join(root, 'node_modules', '.bin'), process.env['PATH']].join(':'),
    HOPLAB_ELECTRON_DIST: copy,
    HOPLAB_ELECTRON_VERSION: '25.1.1',
    USE_SYSTEM_FPM: 'true',
    USE_HARD_LINKS: 'false',
  };
  const args = [join(root, 'packaging', 'app', 'run.ts'), '--target', 'deb'];
  const { status, stdout, stderr } = spawnSync(bin('node'), args, { cwd: root, env, encoding: 'utf8' });
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
}

function onDisplay(args: readonly string[]): SpawnSyncReturns<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, HOPLAB_HOME: join(folder, 'home'), LANG: 'C.UTF-8' };
  return spawnSync('xvfb-run', ['-a', ...args], { cwd, env, encoding: 'utf8', timeout: 60_000 });
}

interface Shown {
  /** Of its user. */
  readonly home: string;
  /** The colours of the screen once it shows the theme, else the last ones. */
  readonly colours: ReadonlyMap<string, number>;
  /** Chooses in the palette what these letters find. */
  readonly choose: (letters: string) => Promise<void>;
}

/** Starts the window with a theme that was chosen before, and ends it after the work. */
async function windowIn<Result>(theme: Theme, work: (shown: Shown) => Promise<Result>): Promise<Result> {
  const home = await tempFolder();
  mkdirSync(join(home, 'screen'), { recursive: true });
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ theme }));
  const screen = await openScreen(join(home, 'screen'));
  const env = { PATH: process.env['PATH'], HOME: home, HOPLAB_HOME: home, LANG: 'C.UTF-8', DISPLAY: screen.display };
  const app = spawn(program, ['--no-sandbox'], { cwd, env, stdio: 'ignore' });
  const ended = new Promise((resolve) => app.once('exit', resolve));
  const keyboard = (...words: string[]) => expect(spawnSync('xdotool', words, { env }).status).toBe(0);
  try {
    for (let tries = 0; tries < 100 && app.exitCode === null; tries += 1) {
      await setTimeout(200);
      if (shareOf(theme, screen.colours()) > 0.7 && screen.colours().size > 50) break;
    }
    const choose = async (letters: string): Promise<void> => {
      keyboard('search', '--onlyvisible', '--name', 'Hoplab', 'windowfocus', '--sync');
      keyboard('key', 'Escape', 'ctrl+k');
      await setTimeout(1000);
      keyboard('type', '--delay', '50', letters);
      await setTimeout(1000);
      keyboard('key', 'Return');
      await setTimeout(1000);
    };
    return await work({ home, colours: screen.colours(), choose });
  } finally {
    app.kill('SIGTERM');
    await ended;
    await screen.close();
  }
}

type Theme = 'light' | 'dark';

/** Of the screen: what is nearly black, or nearly white. */
function shareOf(theme: Theme, colours: ReadonlyMap<string, number>): number {
  const near = theme === 'dark' ? /^#(?:[0-3].){3}$/ : /^#(?:[ef].){3}$/;
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const found = [...colours].filter(([colour]) => near.test(colour)).map(([, count]) => count);
  return sum(found) / sum([...colours.values()]);
}

function archived(): string[] {
  return spawnSync(bin('asar'), ['list', join(installed, 'resources', 'app.asar')], { encoding: 'utf8' }).stdout.split(
    '\n',
  );
}

describe.skipIf(missing !== undefined)('the app', () => {
  beforeAll(() => {
    pack(electron ?? '');
    mkdirSync(cwd);
    expect(spawnSync('dpkg-deb', ['-x', deb, join(folder, 'root')]).status).toBe(0);
  });

  test('holds what it needs of the checkout, and no more', () => {
    const files = archived();
    for (const name of [
      '/package.json',
      '/LICENSE',
      '/out/main/THIRD-PARTY-LICENSES.md',
      '/out/renderer/THIRD-PARTY-LICENSES.md',
      '/out/main/desktop.cjs',
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
    ])
      expect(files).toContain(name);
    expect(files).toContain('/node_modules/node-pty/LICENSE');
    expect(files.filter((name) => /^\/(?:src-|test|docs|packaging|resources\/readme|out\/e2e)/.test(name))).toEqual([]);
    expect(files.filter((name) => /^\/node_modules\/[^@/]+$/.test(name))).toEqual(['/node_modules/node-pty']);
  });

  test("has node-pty's build for its own processor outside of the archive, once", () => {
    const found = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(found.filter((name) => name.endsWith('pty.node'))).toEqual([
      'resources/app.asar.unpacked/node_modules/@lydell/node-pty-linux-x64/pty.node',
    ]);
    expect(found.filter((name) => name.includes('unpacked.unpacked'))).toEqual([]);
  });

  test('has its fuses set', async () => {
    const wire = (await getCurrentFuseWire(program)) as unknown as Readonly<Record<string, FuseState>>;
    const set = Object.entries(fuses).filter(([fuse]) => fuse !== 'version' && fuse in wire);
    expect(set.length).toBeGreaterThan(5);
    for (const [fuse, on] of set)
      expect([fuse, wire[fuse]]).toEqual([fuse, on === true ? FuseState.ENABLE : FuseState.DISABLE]);
  });

  test('brings the command hoplab, its entry in the menu, icons and the profile that Ubuntu 24.04 wants', () => {
    expect(statSync(join(folder, 'root', 'usr', 'bin', 'hoplab')).mode & 0o777).toBe(0o755);
    expect(existsSync(join(folder, 'root', 'usr', 'share', 'applications', 'hoplab-desktop.desktop'))).toBe(true);
    expect(existsSync(join(folder, 'root', 'usr/share/icons/hicolor/512x512/apps/hoplab-desktop.png'))).toBe(true);
    expect(existsSync(join(installed, 'resources', 'apparmor-profile'))).toBe(true);
  });

  test('is the command line as well, and reads nothing of the checkout', () => {
    const trace = join(folder, 'files');
    const words = [program, '--no-sandbox', '--log-level=3', '--cli', '--'];
    expect(onDisplay([...words, '--version']).stdout.trim()).toBe(version);
    expect(onDisplay([...words, 'nonsense']).status).toBe(2);
    const up = onDisplay([...words, '--recording', '--speed', 'instant', 'up']);
    expect([up.status, up.stdout]).toEqual([0, expect.stringContaining('0 failed')]);
    if (!existsSync('/usr/bin/strace')) return;
    onDisplay([
      'strace',
      '-f',
      '-e',
      'trace=file',
      '-o',
      trace,
      ...words,
      '--recording',
      'trace',
      'http://url-shortener.staging.k8s.local/',
    ]);
    const seen = spawnSync('grep', ['-c', '-F', `"${root}/`, trace], { encoding: 'utf8' }).stdout.trim();
    expect(seen).toBe('0');
  });

  // the window is white until its page has asked the engine
  test.each(['dark', 'light'] as const)('opens its window, in the %s theme that was chosen', async (theme) => {
    const colours = await windowIn(theme, async (shown) => shown.colours);
    expect(shareOf(theme, colours)).toBeGreaterThan(0.7);
    expect(colours.size).toBeGreaterThan(50); // letters have soft edges
  });

  test('puts the command hoplab where a terminal finds it when that is chosen, and takes it away again', async () => {
    await windowIn('dark', async ({ home, choose }) => {
      const command = join(home, '.local', 'bin', 'hoplab');
      await choose('settings');
      for (let tries = 0; tries < 5 && !existsSync(command); tries += 1) await choose('install the command');
      expect(onDisplay([command, '--version']).stdout.trim()).toBe(version);
      for (let tries = 0; tries < 5 && existsSync(command); tries += 1) await choose('remove the command');
      expect(existsSync(command)).toBe(false);
    });
  });

  test('says what to do where there is no display', () => {
    const { status, stderr } = spawnSync(program, ['--no-sandbox', '--cli', '--', '--version'], {
      cwd,
      env: { HOME: folder },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([2, expect.stringContaining('npm install --global hoplab')]);
  });
});
