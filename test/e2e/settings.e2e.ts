import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openWindow } from './doors.ts';
import { releasedHoplab } from './released-hoplab.ts';
import { expect, hasElectron, test } from './window.ts';

const toSettings = (page: Page) => page.locator('header a[href$="settings"]').click();
const NEWEST = { version: '9.0.0', tag: 'v9.0.0' };
const line = (page: Page) => page.getByText('Hoplab 9.0.0 is available.');

test('a checkout has no command to install and nowhere to look for versions, and says so', async ({ page, door }) => {
  await toSettings(page);
  const reason = door === 'desktop' ? 'This window runs from a checkout' : 'This page is not the desktop app';
  await expect(page.getByText(reason)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Install the command' })).toBeHidden();
  await expect(page.getByRole('switch', { name: 'Look for new versions' })).toBeDisabled();
  await expect(page.getByText('it does not know where to look')).toBeVisible();
});

test('a new version is looked for once the user turns it on, shown in one line, and dismissed', async ({
  door,
  size,
  language,
  chromium,
}) => {
  test.skip(door === 'desktop', 'SKIPPED: the Electron of these tests has Node 18, on which undici does not run');
  const released = await releasedHoplab();
  const { from, env } = released;
  const window = await openWindow(door, { ...size, language, browser: await chromium(), from, env });
  try {
    const { page } = window;
    await toSettings(page);
    const looks = page.getByRole('switch', { name: 'Look for new versions' });
    await expect(looks).not.toBeChecked();
    await expect(page.getByText('Nothing is sent but that request')).toBeVisible();
    expect(released.asked).toEqual([]);
    await looks.click();
    await expect(line(page)).toHaveCount(2); // below the title bar, and here
    await page.getByRole('button', { name: 'Do not show 9.0.0 again' }).click();
    await expect(line(page)).toHaveCount(1);
    released.newest = undefined;
    await page.getByRole('button', { name: 'Look now' }).click();
    await expect(page.getByText('the releases could not be read: nothing is at that address.')).toBeVisible();
    expect(released.asked).toHaveLength(2);
    await window.reopen();
    await toSettings(page);
    await expect(looks).toBeChecked();
    await expect(page.getByText('could not be read')).toBeVisible();
    await expect(line(page)).toHaveCount(0);
    expect(released.asked).toHaveLength(2);
  } finally {
    await window.close();
    released.close();
  }
});

test('the release notes, and nothing else, are opened in the browser of the user', async ({ door, size, language }) => {
  test.skip(door === 'browser', 'a browser opens what its user clicks');
  test.skip(!hasElectron, 'SKIPPED: no Electron here (ELECTRON_OVERRIDE_DIST_PATH)');
  const released = await releasedHoplab();
  const window = await openWindow(door, { ...size, language, from: released.from });
  try {
    writeFileSync(join(window.home, 'settings.json'), JSON.stringify({ updates: true }));
    const found = { looked: new Date().toISOString(), failure: null, newest: NEWEST, dismissed: null };
    writeFileSync(join(window.home, 'updates.json'), JSON.stringify(found));
    const page = await window.reopen();
    await window.app().evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = async (url) => void opened.push(url);
    });
    await page.evaluate(`window.open('https://github.com/somebody/hoplab/issues')`);
    await page.getByRole('link', { name: 'Release notes' }).click();
    await expect
      .poll(() => window.app().evaluate(() => Reflect.get(globalThis, 'opened') as unknown))
      .toEqual(['https://github.com/somebody/hoplab/releases/tag/v9.0.0']);
    expect(window.app().windows()).toHaveLength(1);
  } finally {
    await window.close();
    released.close();
  }
});
