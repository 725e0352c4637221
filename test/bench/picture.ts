import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type Page } from '@playwright/test';
import { PageServer } from '../../src-main/browser/page-server.ts';
import { Engine } from '../../src-main/engine/engine.ts';
import { root } from '../set-up/built.ts';
import { serveLargeLab, type ServedLab } from './large-engine.ts';
import { LargeLab } from './large-lab.ts';
import { memoryOf, noteMessages, pan, timeChange, type Change, type Frames } from './page-measures.ts';
import { startDesktop, startPage } from './start-up.ts';

/*
 * `npx node test/bench/picture.ts [--nodes 100] [--pods 2000] [--rounds 20] [--watch MINUTES] [--shot FILE]`, after npm run build:
 * the picture of a generated lab in Chromium. Prints frames a second while panning, the time of an update, the time until
 * the window can be used against an empty one, the size of the renderer and, with --watch, memory before and after.
 */

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100' },
    pods: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '20' },
    watch: { type: 'string' },
    shot: { type: 'string' },
  },
});
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const nodes = Number(values.nodes);
const lab = new LargeLab(nodes, Math.round(Number(values.pods) / nodes));

const browser = await chromium.launch({
  ...(existsSync(SYSTEM_CHROMIUM) && { executablePath: SYSTEM_CHROMIUM }),
  args: ['--no-sandbox', '--disable-gpu'],
});
const served = await serveLargeLab(lab);
try {
  size();
  await startUp(browser);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en' });
  await noteMessages(page);
  await open(page);
  await frames(page);
  await updates(page, served);
  if (values.watch !== undefined) await watchFor(page, served, Number(values.watch));
} finally {
  await browser.close();
  await served.close();
}

async function open(page: Page): Promise<void> {
  await page.goto(served.link);
  await page.getByRole('heading', { name: 'Labs' }).waitFor();
  const start = performance.now();
  await page.goto(new URL('#/lab/large/stages', page.url()).href);
  await page.locator('[data-tile], [data-pod]').first().waitFor();
  console.log(`${nodes} nodes, ${lab.pods.length} pods: drawn ${ms(performance.now() - start)} after opening the lab`);
  await sleep(3000);
  if (values.shot !== undefined) await page.screenshot({ path: `${values.shot}-overview.png` });
}

async function frames(page: Page): Promise<void> {
  tell('nothing moves', await pan(page, 2, 0));
  tell('panning the overview', await pan(page, 3));
  await page.getByRole('radio', { name: 'Columns' }).click();
  await page.locator('[data-pod]').first().waitFor();
  if (values.shot !== undefined) await page.screenshot({ path: `${values.shot}-columns.png` });
  tell('panning the columns', await pan(page, 5));
}

function tell(what: string, { perSecond, slow, busy, elements, moved }: Frames): void {
  const times = `95 % within ${ms(slow)}, the page's own work ${busy.toFixed(1)} ms a frame`;
  console.log(
    `${what}${moved ? '' : ' (it stands still)'}: ${perSecond.toFixed(1)} frames a second, ${times}, ${elements} elements`,
  );
}

async function updates(page: Page, { tell: say }: ServedLab): Promise<void> {
  await page.evaluate(`document.querySelector('[data-picture]').scrollLeft = 0`);
  const pod = lab.pods[2]; // the first of the stack
  if (!pod) return;
  const id = `pod/${pod.namespace}/${pod.name}`;
  const changes: Change[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const ready = round % 2 === 1;
    const selector = `[data-pod="${id}"][data-state="${ready ? 'ok' : 'failed'}"]`;
    changes.push(await timeChange(page, selector, () => say(lab.changed(pod, ready))));
    await sleep(400 + (round % 7) * 13); // not in step with anything
  }
  print(
    'an update, from the message in the page to the frame',
    changes.map(({ page: own }) => own),
  );
  print(
    'a change, from the words of kubectl to the frame',
    changes.map(({ whole }) => whole),
  );
}

function print(what: string, all: readonly number[]): void {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  console.log(`${what}: median ${ms(at(0.5))}, worst ${ms(at(1))}`);
}

async function startUp(inBrowser: Browser): Promise<void> {
  const engine = new Engine({ home: mkdtempSync(join(tmpdir(), 'hoplab-bench-')), door: 'browser' });
  let link = '';
  const server = new PageServer({
    engine,
    folder: join(root, 'out', 'renderer'),
    port: 0,
    onLink: (told) => (link = told),
  });
  await server.listen();
  await startPage(inBrowser, () => link); // warm
  const page = await startPage(inBrowser, () => link);
  console.log(`the page can be used after ${ms(page.usable)}; an empty page ${ms(page.empty)}, ratio ${ratio(page)}`);
  await server.close();
  await engine.close();
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined || process.env['DISPLAY'] === undefined) {
    console.log('SKIPPED: Electron; it needs ELECTRON_OVERRIDE_DIST_PATH and a display (xvfb-run)');
    return;
  }
  await startDesktop(); // warm
  const desktop = await startDesktop();
  console.log(
    `the Electron window can be used after ${ms(desktop.usable)}; an empty one ${ms(desktop.empty)}, ratio ${ratio(desktop)}`,
  );
}

function ratio({ usable, empty }: { usable: number; empty: number }): string {
  return (usable / empty).toFixed(2);
}

function size(): void {
  const folder = join(root, 'out', 'renderer', 'assets');
  const files = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));
  const kilobytes = (names: readonly string[]) =>
    (names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0) / 1000).toFixed(1);
  const first = files.filter((name) => name.startsWith('index'));
  console.log(`renderer, gzipped: ${kilobytes(first)} kB at the start, ${kilobytes(files)} kB in all`);
}

/** One change a second, and what is kept in memory before and after. */
async function watchFor(page: Page, { tell: say }: ServedLab, minutes: number): Promise<void> {
  await memory(page, 'before watching');
  const until = performance.now() + minutes * 60_000;
  for (let second = 0; performance.now() < until; second += 1) {
    const pod = lab.pods[second % lab.pods.length];
    if (pod) say(lab.changed(pod, second % 2 === 1));
    await sleep(1000);
  }
  await memory(page, `after ${minutes} minutes with a change a second`);
}

async function memory(page: Page, when: string): Promise<void> {
  const { heap, nodes: dom, listeners } = await memoryOf(page);
  globalThis.gc?.();
  const engine = process.memoryUsage().heapUsed;
  console.log(`memory ${when}: page ${mb(heap)}, ${dom} DOM nodes, ${listeners} listeners; engine ${mb(engine)}`);
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}
