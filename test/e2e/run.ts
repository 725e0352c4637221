import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bin, builtCli, root } from '../set-up/built.ts';
import { testElectron } from '../set-up/test-electron.ts';
import { chromium, installWindowPackages } from '../set-up/window-packages.ts';

/**
 * `npm run test:e2e -- [--all] [what playwright takes]`: the window in Chromium, and in Electron where there is one. On Debian, as
 * root, it installs what is missing; where there is no Chromium it says so and passes.
 */
const args = process.argv.slice(2);
const all = args.includes('--all');
installWindowPackages();
builtCli();
if (!existsSync(chromium)) {
  console.error(`\n  SKIPPED: no test of the window was run: there is no ${chromium} (Debian: apt install chromium)\n`);
} else {
  const electron = testElectron();
  if (electron === undefined)
    console.error('SKIPPED: the desktop window; ELECTRON_OVERRIDE_DIST_PATH names no Electron');
  if (!all)
    console.error('SKIPPED: long tests in their second language, and in Electron the page that Chromium shows; --all');
  const playwright = [bin('playwright'), 'test', '-c', join(root, 'test', 'e2e', 'playwright.config.ts')];
  const display = existsSync('/usr/bin/xvfb-run') ? ['xvfb-run', '-a'] : [];
  const [command = '', ...words] = [...display, ...playwright, ...args.filter((arg) => arg !== '--all')];
  const env = {
    ...process.env,
    ...(electron !== undefined && { ELECTRON_OVERRIDE_DIST_PATH: electron }),
    ...(all && { HOPLAB_E2E_ALL: '1' }),
  };
  process.exitCode = spawnSync(command, words, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
}
