import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { openWindow } from '../e2e/doors.ts';
import { words } from '../e2e/words.ts';
import { root } from '../set-up/built.ts';
import { memoryOf, pan, workOf } from './page-measures.ts';

/*
 * `npx node test/bench/window.ts [--rounds 3] [--rows 100000]`, after npm run build: the window on the recording, in Chromium. Prints
 * the bytes of its scripts; its memory on the list of labs, with the recording open, after all was rolled out, and after the
 * lab was left, again and again; and for a log of so many rows the time until it is shown, frames while scrolling, and memory.
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, rows: { type: 'string', default: '100000' } },
});
const say = words.en;

size();
const { page, home, close } = await openWindow('browser', { width: 1280, height: 800, language: 'en' });
try {
  const recording = page.getByRole('button', { name: say.recording });
  await recording.waitFor();
  await memory('on the list of labs');
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    await recording.click();
    await page.getByRole('button', { name: say.all }).waitFor();
    await page.waitForTimeout(3000); // until its machines were read
    await memory(`with the recording open (${String(round)})`);
    await page.getByRole('radio', { name: 'Instant' }).click();
    await page.getByRole('button', { name: say.all }).click();
    await page.getByText(say.done).waitFor({ timeout: 120_000 });
    await page.waitForTimeout(8000); // until the last message is gone
    await memory(`after all was rolled out (${String(round)})`);
    await page.locator('header a').first().click();
    await recording.waitFor();
    await page.waitForTimeout(1000);
    await memory(`after the lab was left (${String(round)})`);
  }
  await longLog(Number(values.rows));
} finally {
  await close();
}

function size(): void {
  const folder = join(root, 'out', 'renderer', 'assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const bytes = scripts.map((name) => `${name} ${String(statSync(join(folder, name)).size)}`);
  console.log(`scripts, bytes: ${bytes.join(', ')}`);
}

async function memory(when: string): Promise<void> {
  const { heap, nodes, listeners } = await memoryOf(page);
  console.log(
    `${when}: ${(heap / 1e6).toFixed(2)} MB, ${String(nodes)} DOM nodes, ${String(listeners)} event listeners`,
  );
}

async function longLog(rows: number): Promise<void> {
  writeLongJournal(rows);
  await page.getByRole('button', { name: say.recording }).click();
  await page.getByRole('link', { name: say.log }).click();
  await page.getByRole('combobox', { name: 'Rollout to show' }).click();
  await memory('before the long log');
  const option = page.getByRole('option').last();
  await option.waitFor();
  const client = await page.context().newCDPSession(page);
  const before = await workOf(client);
  const shown = lastRowShown(page, rows);
  await option.click();
  const time = await shown;
  const work = (await workOf(client)) - before;
  console.log(
    `a log of ${String(rows)} rows: shown after ${time.toFixed(0)} ms, of which the page's own work ${(work * 1000).toFixed(0)} ms`,
  );
  await memory('with the long log');
  const { perSecond, slow, busy } = await pan(page, 5, 240, '[role=log]');
  console.log(
    `scrolling: ${perSecond.toFixed(1)} frames a second, 95 % within ${slow.toFixed(0)} ms, the page's own work ${busy.toFixed(1)} ms a frame`,
  );
}

/** The journal of the rollout that was played, with so many lines of output in its first change: the oldest rollout. */
function writeLongJournal(rows: number): void {
  const folder = join(home, 'labs', 'recording', 'journal');
  const [name = ''] = readdirSync(folder);
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  const first = lines.findIndex((line) => line.includes('"change-started"'));
  const { change, time } = JSON.parse(lines[first] ?? '') as { change: string; time: string };
  const output = Array.from({ length: rows }, (_, row) =>
    JSON.stringify({
      time,
      event: 'change-output',
      change,
      stream: 'stdout',
      text: `row ${String(row)}: what a machine prints while it installs something\n`,
    }),
  );
  writeFileSync(
    join(folder, `0${name.slice(1)}`),
    [...lines.slice(0, first + 1), ...output, ...lines.slice(first + 1), ''].join('\n'),
  );
}

/** Milliseconds from the next click until the count of lines says all of them and the last one is drawn. */
async function lastRowShown(inPage: Page, rows: number): Promise<number> {
  const shown = inPage.evaluate<number>(`new Promise((resolve) => {
    let start;
    addEventListener('pointerdown', () => (start ??= performance.now()), { capture: true, once: true });
    const look = () => {
      const count = [...document.querySelectorAll('main header span, header span')].map(({ textContent }) => /^(\\d+) lines$/.exec(textContent.trim())?.[1]);
      if (start !== undefined && count.some((one) => Number(one) >= ${rows}) && document.querySelector('[role=log]')) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    look();
  })`);
  await inPage.evaluate('0'); // the listener is there
  return shown;
}
