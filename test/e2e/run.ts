import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root } from '../set-up/built.ts';

/**
 * `npm run test:e2e -- [what playwright takes]`: the window in Chromium, and in Electron where there is one. On Debian, as
 * root, it installs what is missing; where there is no Chromium it says so and passes.
 */
const PACKAGES = [
  ...['chromium', 'fonts-noto-cjk', 'xvfb', 'xauth'],
  // of Electron
  ...['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libatk-bridge2.0-0', 'libdrm2', 'libxdamage1'],
  ...['libxtst6', 'libcups2', 'libnotify4', 'libsecret-1-0'],
];
/** What the older Electron of the tests needs: it is fetched as described there. */
const getElectron = join(root, '..', 'shared', 'electron', 'get-electron');

install();
if (!existsSync('/usr/bin/chromium')) {
  console.error(
    '\n  SKIPPED: no test of the window was run: there is no /usr/bin/chromium (Debian: apt install chromium)\n',
  );
} else {
  const electron = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? fetched();
  if (electron === undefined)
    console.error('SKIPPED: the desktop window; ELECTRON_OVERRIDE_DIST_PATH names no Electron');
  const playwright = [bin('playwright'), 'test', '-c', join(root, 'test', 'e2e', 'playwright.config.ts')];
  const display = existsSync('/usr/bin/xvfb-run') ? ['xvfb-run', '-a'] : [];
  const [command = '', ...args] = [...display, ...playwright, ...process.argv.slice(2)];
  const env = { ...process.env, ...(electron !== undefined && { ELECTRON_OVERRIDE_DIST_PATH: electron }) };
  process.exitCode = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
}

function install(): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  if (spawnSync('dpkg', ['-s', ...PACKAGES], { stdio: 'ignore' }).status === 0) return; // all there
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-yq', '--no-install-recommends', ...PACKAGES], { stdio: ['ignore', 2, 2] });
}

function fetched(): string | undefined {
  if (!existsSync(getElectron)) return undefined;
  const { status, stdout } = spawnSync(getElectron, { encoding: 'utf8' });
  const folder = stdout.trim().split('\n').at(-1);
  return status === 0 && folder ? folder : undefined;
}
