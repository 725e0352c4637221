import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { keepPaths, observedPath, seriesOfPaths, stoppedPath } from '../sample-paths/sample-paths.ts';
import { openWindow } from './doors.ts';
import { PASSWORD, startSshLab } from './ssh-lab.ts';
import { unfold } from './unfold.ts';
import { words } from './words.ts';

/*
 * Makes pictures of every screen, on the recording and on a lab of the user's: both languages, both themes, two sizes.
 * node test/e2e/screenshots.ts [folder]; default out/screenshots.
 */
const folder = process.argv[2] ?? join('out', 'screenshots');
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;

await mkdir(folder, { recursive: true });
for (const language of ['en', 'ja'] as const) {
  for (const size of sizes) {
    await pictures(language, size);
    await picturesOfOwnLab(language, size);
  }
}

async function pictures(language: 'en' | 'ja', size: (typeof sizes)[number]): Promise<void> {
  const { page, close, home } = await openWindow('browser', { ...size, language });
  const say = words[language];
  const take = taker(page, `${language}-${size.width}`);
  keepPaths(home, [observedPath(), stoppedPath()]);
  keepPaths(home, seriesOfPaths(), 'series');
  try {
    await page.getByRole('button', { name: say.recording }).waitFor();
    await take('labs');
    await page.keyboard.press('Control+n');
    await page.getByRole('dialog').waitFor();
    await take('new-lab');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: say.recording }).click();
    await page.getByRole('button', { name: say.all }).waitFor();
    await page.waitForTimeout(1500);
    await take('lab-before');
    await page.keyboard.press('Control+p');
    await page.getByRole('dialog').getByRole('listitem').first().waitFor();
    await take('plan');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: say.all }).click();
    await page.waitForTimeout(700);
    await take('lab-rolling-out');
    await page.getByText(say.done).waitFor({ timeout: 120_000 });
    await shoot(page, take);
    await page.goBack(); // from the settings to the lab
    await picturesOfPaths(page, take);
  } finally {
    await close();
  }
}

/** A path that was answered, at the hops that change the packet; one that stopped; two side by side; one that is predicted. */
async function picturesOfPaths(page: Page, take: (name: string) => Promise<void>): Promise<void> {
  await page.locator('header a[href$="paths"]').click();
  const kept = page.locator('tbody th button');
  await kept.first().waitFor();
  await take('paths');
  await kept.last().click();
  for (const [hop, name] of [
    ['name.12', 'path-name'],
    ['request.8', 'path-dnat'],
    ['request.17', 'path-overlay'],
    ['back.2', 'path-back'],
  ] as const) {
    await unfold(page);
    await page.locator(`[data-hop="${hop}"]`).click();
    await take(name);
  }
  const [hops, story] = await page.locator('[data-side] [role=radio]').all();
  await story?.click();
  await take('path-story');
  await hops?.click();
  await page.locator('main header button').first().click();
  await kept.first().click();
  await page.locator('[data-spread]').waitFor();
  await take('path-spread');
  await unfold(page);
  await page.locator('[data-hop]').last().click();
  await take('path-stopped');
  await page.locator('main header [role=combobox]').click();
  await page.getByRole('option').last().click();
  await page.locator('tr[data-differs]').first().scrollIntoViewIfNeeded();
  await take('path-compared');
  await page.locator('main header button').first().click();
  await page.locator('main form input').first().fill('http://192.168.2.200/');
  await page.keyboard.press('Enter');
  await page.locator('[data-path-end]').waitFor();
  await take('path-predicted');
}

/** Takes pictures of a page in both themes: `NAME-en-1280-dark.png`. */
function taker(page: Page, kind: string): (name: string) => Promise<void> {
  return async (name) => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(folder, `${name}-${kind}-${theme}.png`) });
    }
  };
}

/** What only a lab of the user's has: questions, host keys, terminals, a lab file to change. */
async function picturesOfOwnLab(language: 'en' | 'ja', size: (typeof sizes)[number]): Promise<void> {
  const lab = await startSshLab();
  const { page, close } = await openWindow('browser', { ...size, language });
  const take = taker(page, `${language}-${size.width}`);
  const dialog = page.getByRole('dialog');
  try {
    writeFileSync(lab.file, `${readFileSync(lab.file, 'utf8')}nodess: []\n`);
    await page.getByRole('button', { name: words[language].recording }).waitFor();
    await page.keyboard.press('Control+o');
    await dialog.locator('input').fill(lab.file);
    await page.keyboard.press('Enter');
    await page.locator('[aria-label*="shortener"], [aria-label*="lab.yaml"]').first().click();
    await dialog.locator('textarea').waitFor();
    await page.waitForTimeout(800);
    await take('lab-file');
    const text = await dialog.locator('textarea').inputValue();
    await dialog.locator('textarea').fill(text.replace('nodess: []\n', ''));
    await page.waitForTimeout(800);
    await page.keyboard.press('Control+s');
    await dialog.waitFor({ state: 'hidden' });
    await take('labs-own');
    await page.getByText(lab.file).click();
    await askedAndAnswered(page, take);
    await page.waitForTimeout(1500);
    await take('lab-own');
    await page.keyboard.press('Control+3');
    await page.locator('#content button').last().click();
    await page.locator('.xterm-rows').getByText('node$').waitFor();
    await page.keyboard.type('ls --color=always -l /\n');
    await page.waitForTimeout(500);
    await take('terminal');
    await page.locator('header a[href$="settings"]').click();
    await page.waitForTimeout(300);
    await take('settings-own');
  } finally {
    await close();
    await lab.close();
  }
}

/** The first host key and the password are shown; every question is answered. */
async function askedAndAnswered(page: Page, take: (name: string) => Promise<void>): Promise<void> {
  const dialog = page.getByRole('dialog');
  const taken = new Set<string>();
  for (let asked = 0; asked < 12; asked += 1) {
    await page.waitForTimeout(700);
    if (!(await dialog.isVisible())) return;
    const secret = dialog.locator('input[type=password]');
    const kind = (await secret.isVisible()) ? 'question-password' : 'question-host-key';
    if (kind === 'question-password') {
      await secret.fill(PASSWORD);
      await dialog.getByRole('radio').last().click();
    }
    if (!taken.has(kind)) await take(kind);
    taken.add(kind);
    await dialog.locator('footer button').last().click();
  }
}

async function shoot(page: Page, take: (name: string) => Promise<void>): Promise<void> {
  await page.waitForTimeout(7000); // until the last message is gone
  for (const stage of ['node-port', 'metallb', 'gateway', 'client-resolver']) {
    await page.locator(`#stage-${stage}`).click();
    await take(`stage-${stage}`);
  }
  await page.getByRole('article').first().getByRole('button').first().click();
  await take('check');
  await page
    .getByRole('button', { name: /^10\.244\.\d+\.1$/ })
    .first()
    .click();
  await page.locator('mark').first().waitFor();
  await take('evidence');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await take('palette');
  await page.keyboard.press('Escape');
  for (const screen of ['log', 'terminals', 'settings']) {
    await page.locator(`header a[href$="${screen}"]`).click();
    await take(screen);
  }
}
