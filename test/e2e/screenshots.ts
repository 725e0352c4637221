import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openWindow } from './doors.ts';
import { words } from './words.ts';

/*
 * Makes pictures of every screen on the recording: both languages, both themes, two sizes.
 * node test/e2e/screenshots.ts [folder]; default out/screenshots.
 */
const folder = process.argv[2] ?? join('out', 'screenshots');
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;

await mkdir(folder, { recursive: true });
for (const language of ['en', 'ja'] as const) {
  for (const size of sizes) await pictures(language, size);
}

async function pictures(language: 'en' | 'ja', size: (typeof sizes)[number]): Promise<void> {
  const { page, close } = await openWindow('browser', { ...size, language });
  const say = words[language];
  const take = async (name: string): Promise<void> => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(folder, `${name}-${language}-${theme}-${size.width}.png`) });
    }
  };
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
  } finally {
    await close();
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
