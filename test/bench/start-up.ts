import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type Browser, type Page } from '@playwright/test';
import { words } from '../e2e/words.ts';
import { root } from '../set-up/built.ts';

/** Milliseconds until the window can be used, and until an empty one of the same kind shows. */
export interface StartUp {
  readonly usable: number;
  readonly empty: number;
}

const usable = (page: Page) => page.getByRole('button', { name: words.en.recording }).waitFor();

/** The page of a server that runs already; `link` makes a link that opens it. */
export async function startPage(browser: Browser, link: () => string): Promise<StartUp> {
  const server = createServer((_, response) => response.end('<!doctype html><title>empty</title><p>empty</p>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const empty = await timed(browser, `http://127.0.0.1:${port}/`, (page) => page.getByText('empty').waitFor());
  const own = await timed(browser, link(), usable);
  server.close();
  return { usable: own, empty };
}

async function timed(browser: Browser, link: string, shown: (page: Page) => Promise<void>): Promise<number> {
  const context = await browser.newContext({ locale: 'en' });
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(link);
  await shown(page);
  const took = performance.now() - start;
  await context.close();
  return took;
}

/** Electron from its start; needs `ELECTRON_OVERRIDE_DIST_PATH` and a display. */
export async function startDesktop(): Promise<StartUp> {
  const home = mkdtempSync(join(tmpdir(), 'hoplab-bench-'));
  const main = join(home, 'empty.cjs');
  writeFileSync(
    main,
    `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow().loadURL('data:text/html,<p>empty</p>'));`,
  );
  const empty = await launched(main, home, (page) => page.getByText('empty').waitFor());
  const own = await launched(join(root, 'out', 'main', 'desktop.cjs'), home, usable);
  return { usable: own, empty };
}

async function launched(main: string, home: string, shown: (page: Page) => Promise<void>): Promise<number> {
  const start = performance.now();
  const inherited = Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  // another Hoplab that is open would otherwise be told to come to the front
  const app = await _electron.launch({
    args: ['--no-sandbox', '--lang=en', main],
    cwd: root,
    env: {
      ...(Object.fromEntries(inherited) as Record<string, string>),
      HOPLAB_HOME: home,
      XDG_CONFIG_HOME: home,
      LC_ALL: 'C.UTF-8',
    },
  });
  await shown(await app.firstWindow());
  const took = performance.now() - start;
  await app.close();
  return took;
}
