import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { OpenWindow } from './doors.ts';
import { clipboardText, expect, openRecording, rollOutAtOnce, test, words } from './window.ts';

async function openLogOfAll(page: Page): Promise<void> {
  await openRecording(page, 'en');
  await rollOutAtOnce(page);
  await page.getByRole('link', { name: words.en.log }).click();
  await expect(page.getByRole('log')).toBeVisible();
}

test('the run log is searched, narrowed to a machine, and copied', async ({ page, window }) => {
  await openLogOfAll(page);
  const count = async (): Promise<number> => Number(/\d+/.exec(await page.getByText(/^\d+ lines?$/).innerText())?.[0]);
  const all = await count();
  await page.keyboard.press('Control+f');
  await expect(page.getByRole('searchbox', { name: 'Search in the log' })).toBeFocused();
  await page.keyboard.type('br_netfilter');
  await expect.poll(count).toBeLessThan(all);
  const found = await count();
  await page.getByRole('button', { name: 'k8s-worker1', exact: true }).click();
  await expect.poll(count).toBeLessThan(found);
  const shown = await count();
  expect(shown).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Copy these lines' }).click();
  await expect(page.getByText(`${shown} lines copied`).or(page.getByText('1 lines copied')).first()).toBeVisible();
  const copied = await clipboardText(page, window);
  const lines = copied.trimEnd().split('\n');
  expect(lines).toHaveLength(shown);
  for (const line of lines) expect(line).toContain('k8s-worker1');
});

test('the run log is exported to a file', async ({ page, window, door }) => {
  await openLogOfAll(page);
  const file = await (door === 'desktop' ? savedByElectron(page, window) : savedByBrowser(page));
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('kubeadm init');
  expect(text.split('\n').length).toBeGreaterThan(100);
});

async function savedByBrowser(page: Page): Promise<string> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export these lines' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^shortener-.*\.log$/);
  return download.path();
}

async function savedByElectron(page: Page, window: OpenWindow): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'hoplab-e2e-')), 'run.log');
  const saved = window.app().evaluate(
    ({ session }, path) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_, item) => {
          item.setSavePath(path); // what the user would choose in the system's dialog
          item.once('done', (_event, state) => resolve(state));
        });
      }),
    file,
  );
  await page.getByRole('button', { name: 'Export these lines' }).click();
  expect(await saved).toBe('completed');
  return file;
}

test('an earlier run is opened from its journal', async ({ window, page }) => {
  await openLogOfAll(page);
  const again = await window.reopen();
  await again.getByRole('link', { name: words.en.log }).click();
  await expect(again.getByText('Nothing has been rolled out in this session yet.')).toBeVisible();
  await again.getByRole('combobox', { name: 'Rollout to show' }).click();
  await again.getByRole('option', { name: /roll out · done/ }).click();
  await again.getByRole('searchbox').fill('kubeadm init');
  await expect(
    again
      .getByRole('log')
      .getByText(/kubeadm init/)
      .first(),
  ).toBeVisible();
});

test('of a long log only what is on screen is in the page', async ({ page }) => {
  await openLogOfAll(page);
  const rows = page.getByRole('log').locator('.group');
  expect(await rows.count()).toBeLessThan(120);
  await page.getByRole('log').focus();
  await page.keyboard.press('Home');
  await expect(rows.getByText('Rollout started')).toBeVisible();
  await page.getByRole('button', { name: 'Jump to the end' }).click();
  await expect(rows.getByText('Done', { exact: true }).last()).toBeVisible();
});
