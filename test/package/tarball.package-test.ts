import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../machines/temp-folder.ts';
import { root } from '../set-up/built.ts';
import { version } from '../../src-main/version.ts';
import { expectLicences } from './licences.ts';

/* The command line as npm hands it out: packed, then installed into an empty folder. */

const folder = await tempFolder();
const installed = join(folder, 'installed');
const env = { PATH: process.env['PATH'], HOME: folder, HOPLAB_HOME: join(folder, 'home'), LANG: 'C.UTF-8' };

beforeAll(() => {
  mkdirSync(installed);
  npm(root, ['pack', '--ignore-scripts', '--pack-destination', folder]);
  const cache = spawnSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8', cwd: root }).stdout.trim();
  npm(installed, ['install', '--prefer-offline', '--cache', cache, join(folder, `hoplab-${version}.tgz`)]);
});

function npm(cwd: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  expect([args, status, status === 0 ? '' : stderr]).toEqual([args, 0, '']);
}

function hoplab(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'hoplab', ...args], {
    cwd: installed,
    env,
    encoding: 'utf8',
  });
  expect([args, status, status === 0 ? '' : stderr]).toEqual([args, 0, '']);
  return stdout;
}

test('it brings what it needs, and nothing else: no Electron, none of what is bundled', () => {
  const modules = readdirSync(join(installed, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(modules.filter((name) => !['hoplab', 'node-pty', '@lydell'].includes(name))).toEqual([]);
  const files = readdirSync(join(installed, 'node_modules', 'hoplab'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /(?:^|\/)(?:src-|test|packaging|docs)|\.ts$|e2e/.test(name))).toEqual([]);
  expect(files).toContain('LICENSE');
});

test('it brings the licences of all libraries and fonts that are compiled in, and all of them fit its own', () => {
  const notices = (part: string) =>
    readFileSync(join(installed, 'node_modules', 'hoplab', 'out', part, 'THIRD-PARTY-LICENSES.md'), 'utf8');
  expectLicences(notices('main'), ['ssh2', 'commander', 'undici', 'ws', 'yaml', 'zod']);
  expectLicences(notices('renderer'), [
    '@vue/runtime-core',
    'pinia',
    '@xterm/xterm',
    '@fontsource/ibm-plex-mono',
    'tailwindcss',
  ]);
});

test('it says its version, and without a command what it can do', () => {
  expect(hoplab('--version').trim()).toBe(version);
  expect(hoplab()).toMatch(/Usage: hoplab.*\btrace\b/s);
});

test('it writes a lab file', () => {
  hoplab('init', '--nodes', '192.168.2.10,192.168.2.11', '--user', 'lab');
  expect(existsSync(join(installed, 'lab.yaml'))).toBe(true);
});

test('it rolls out the recording, and follows a request', () => {
  expect(hoplab('--recording', '--speed', 'instant', 'up')).toContain('MetalLB');
  expect(hoplab('--recording', 'trace', 'http://url-shortener.staging.k8s.local/')).toContain('192.168.2.200');
});

test('it serves the page', async () => {
  const server = spawn('npx', ['--no-install', 'hoplab', 'serve', '--idle', '1'], { cwd: installed, env });
  try {
    const said = await new Promise<string>((resolve, reject) => {
      let text = '';
      server.stdout.on('data', (data: Buffer) => {
        text += data.toString();
        if (text.includes('works once')) resolve(text);
      });
      server.once('exit', () => reject(new Error(`it ended: ${text}`)));
    });
    const page = await fetch(/http:\S+/.exec(said)?.[0] ?? '');
    expect([page.status, await page.text()]).toEqual([200, expect.stringMatching(/<title>Hoplab/)]);
  } finally {
    server.kill('SIGTERM');
  }
});
