import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { _electron, chromium, type Browser, type Page } from '@playwright/test';
import { quote } from '../../src-main/machines/command.ts';
import { chromium as systemChromium } from '../set-up/window-packages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type DesktopApp = Awaited<ReturnType<typeof _electron.launch>>;

/** The window, opened through one of its doors with a Hoplab folder of its own. */
export interface OpenWindow {
  readonly page: Page;
  readonly home: string;
  /** The app behind a desktop window, as it runs now. @throws in a browser */
  readonly app: () => DesktopApp;
  /** Opens the same again, as after a restart. */
  readonly reopen: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

export interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly language: 'en' | 'ja';
  /** A command that runs what follows it somewhere else, such as in another network. Default: here. */
  readonly within?: readonly string[];
  /** The folder that Hoplab runs from; default: this checkout. */
  readonly from?: string;
  /** More of the environment of Hoplab's own process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A browser that is there already; default: one of its own. */
  readonly browser?: Browser | undefined;
}

export type Door = 'browser' | 'desktop';

/** Whether the Electron that the tests use is here: `ELECTRON_OVERRIDE_DIST_PATH` names its folder. */
export const hasElectron = process.env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined;

/** Chromium's own services are off: a test talks to loopback alone. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openWindow(door: Door, options: WindowOptions): Promise<OpenWindow> {
  const home = mkdtempSync(join(tmpdir(), 'hoplab-e2e-'));
  const opened = await (door === 'browser' ? openBrowser(home, options) : openDesktop(home, options));
  const close = async (): Promise<void> => {
    await opened.close();
    await rm(home, { recursive: true, force: true });
  };
  return { ...opened, home, close };
}

type Opened = Omit<OpenWindow, 'home'>;

async function openBrowser(home: string, options: WindowOptions): Promise<Opened> {
  const { width, height, language, within = [] } = options;
  const browser = options.browser ?? (await launchBrowser(within, home));
  const context = await browser.newContext({
    viewport: { width, height },
    locale: language,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  let served = await serve(home, options);
  await page.goto(served.link);
  return {
    page,
    app: () => {
      throw new Error('a browser page has no app');
    },
    reopen: async () => {
      await end(served.child);
      served = await serve(home, options);
      await page.goto(served.link);
      return page;
    },
    close: async () => {
      await (options.browser ? context : browser).close();
      await end(served.child);
    },
  };
}

/** Chromium, within something: then `folder` gets the script that starts it. */
export function launchBrowser(within: readonly string[] = [], folder = ''): Promise<Browser> {
  const program = existsSync(systemChromium) && { executablePath: programWithin(within, systemChromium, folder) };
  return chromium.launch({ ...program, args: QUIET });
}

/** Starts `hoplab serve` and waits for the link that it prints. */
async function serve(
  home: string,
  { language, within = [], from = root, env }: WindowOptions,
): Promise<{ child: ChildProcess; link: string }> {
  const cli = join(from, 'out', 'main', 'cli.cjs');
  const [command, ...args] = [...within, process.execPath, cli, '--lang', language, 'serve', '--port', '0'];
  const child = spawn(command, args, {
    env: { ...environment(home, language), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    void (async () => {
      for await (const line of createInterface({ input: stream })) said.push(line);
    })();
  }
  for (let waited = 0; waited < 150; waited += 1) {
    const link = /http:\/\/127\.0\.0\.1:\S+/.exec(said.join('\n'))?.[0];
    if (link !== undefined) return { child, link };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await end(child);
  throw new Error(`hoplab serve printed no link:\n${said.join('\n')}`);
}

function electronProgram(): string {
  return createRequire(import.meta.url)('electron') as string;
}

/** Playwright starts a browser by one path: the path of a script that runs it within something. */
function programWithin(within: readonly string[], program: string, folder: string): string {
  if (within.length === 0) return program;
  const script = join(folder, 'browser');
  writeFileSync(script, `#!/bin/sh\nexec ${[...within, program].map(quote).join(' ')} "$@"\n`, { mode: 0o700 });
  return script;
}

async function openDesktop(home: string, options: WindowOptions): Promise<Opened> {
  let app = await launch(home, options);
  return {
    page: await app.firstWindow(),
    app: () => app,
    reopen: async () => {
      await app.close();
      app = await launch(home, options);
      return app.firstWindow();
    },
    close: () => app.close(),
  };
}

async function launch(home: string, options: WindowOptions): Promise<DesktopApp> {
  const { width, height, language, within = [], from = root, env } = options;
  const app = await _electron.launch({
    ...(within.length > 0 && { executablePath: programWithin(within, electronProgram(), home) }),
    args: ['--no-sandbox', `--lang=${language}`, join(from, 'out', 'main', 'desktop.cjs')],
    cwd: from,
    env: { ...environment(home, language), ...env },
  });
  await app.firstWindow();
  await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [
    width,
    height,
  ] as const);
  return app;
}

function environment(home: string, language: string): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    HOPLAB_HOME: home,
    NODE_COMPILE_CACHE: join(root, '.cache', 'compile'), // each home is new
    LC_ALL: language === 'ja' ? 'ja_JP.UTF-8' : 'C.UTF-8',
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
