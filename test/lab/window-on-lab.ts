import { existsSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { openWindow } from '../e2e/doors.ts';
import { answerAll } from '../e2e/answer-all.ts';
import { builtCli } from '../set-up/built.ts';
import { chromium, installWindowPackages } from '../set-up/window-packages.ts';
import { info } from './lab.ts';
import { labFilePath } from './lab-file.ts';
import { pictureOfCluster, pictureOnScreen } from './pictures.ts';
import { script } from './script.ts';

installWindowPackages();
export const hasBrowser = existsSync(chromium);
if (!hasBrowser) console.log(`SKIPPED: the window on the real lab: there is no ${chromium}`);

/** The window as a page in a browser on the client, with nothing in it. */
export async function openOnClient() {
  builtCli();
  const window = await openWindow('browser', { width: 1920, height: 1080, language: 'en', within: [script, 'client'] });
  window.page.setDefaultTimeout(120_000);
  return window;
}

/** The same with the running lab open in it. */
export async function openOnLab() {
  const window = await openOnClient();
  await openLabFile(window.page);
  await answerAll(window.page, '');
  return { close: window.close, expectPicture: () => expectPicture(window.page) };
}

export async function openLabFile(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open a lab file' }).click();
  await page.getByLabel('Path of the lab file').fill(labFilePath(await info()));
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

/** The picture becomes what kubectl and the nodes say: pods of a change that has just been made may still come and go. */
export async function expectPicture(page: Page): Promise<void> {
  await expect(async () => expect(await pictureOnScreen(page)).toEqual(await pictureOfCluster())).toPass({
    timeout: 120_000,
  });
}
