import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { endWords } from '../../src-main/contract/end-words.ts';
import { SecretStore } from '../../src-main/engine/secret-store.ts';
import { checklistTexts } from '../../src-renderer/texts/checklist-texts.ts';
import { hostKeyTexts } from '../../src-renderer/texts/host-key-texts.ts';
import { optionalTexts } from '../../src-renderer/texts/optional-texts.ts';
import { questionTexts } from '../../src-renderer/texts/question-texts.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { openWindow } from './doors.ts';
import type { Shot } from './pictures-of-recording.ts';
import { PASSWORD, startSshLab } from './ssh-lab.ts';
import { words } from './words.ts';

type Take = (name: string) => Promise<void>;

/** What only a lab of the user's has: questions, host keys, terminals, a lab file to change, failures, machines that are away. */
export async function pictureOwnLab({ taker, ...options }: Shot): Promise<void> {
  const lab = await startSshLab();
  const { page, home, close } = await openWindow('browser', options);
  const { language } = options;
  await new SecretStore(home, undefined).authority('shortener').keep('-');
  const take = taker(page);
  const narrow = options.width < 980;
  try {
    await page.getByRole('button', { name: words[language].recording }).waitFor();
    await changedFile(page, lab.file, take);
    await page.getByText(lab.file).click();
    await refused(page, take, language);
    await askedAndAnswered(page, take, language);
    await page.waitForTimeout(1500);
    await take('lab-own');
    await optionalStages(page, take, language);
    await page.locator('#stage-connect').click();
    if (narrow) await page.getByRole('radio', { name: checklistTexts.title[language], exact: true }).click();
    await page.getByRole('button', { name: checklistTexts.askAll[language] }).click();
    await page.getByText(endWords.verify.failed[language], { exact: true }).first().waitFor();
    await take('check-failed');
    if (narrow) await page.getByRole('radio').first().click();
    await take('lab-failed');
    await terminal(page, take);
    await page.locator('header a[href$="settings"]').click();
    await page.waitForTimeout(300);
    await take('settings-own');
    await page.goBack();
    await page.locator('header a[href$="stages"]').click();
    await lab.node.stop();
    await page.getByRole('button', { name: stagesTexts.refresh[language] }).click();
    await page.waitForTimeout(6000);
    await take('lab-away');
  } finally {
    await close();
    await lab.close();
  }
}

/** All that a lab may have besides, before it is written. */
async function optionalStages(page: Page, take: Take, language: 'en' | 'ja'): Promise<void> {
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: optionalTexts.open[language] }).click();
  for (const name of [optionalTexts.split, optionalTexts.routing, optionalTexts.tls])
    await dialog.getByRole('switch', { name: name[language], exact: true }).click();
  await dialog.getByText('headerRouting: true').waitFor();
  await page.getByRole('button', { name: optionalTexts.addManifests[language] }).click();
  await page.keyboard.type('./my-app');
  await page.waitForTimeout(1000); // the engine is asked
  await take('optional-stages');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
}

/** A lab file with an unknown key, its editor, and the list once it is mended. */
async function changedFile(page: Page, file: string, take: Take): Promise<void> {
  const dialog = page.getByRole('dialog');
  writeFileSync(file, `${readFileSync(file, 'utf8')}nodess: []\n`);
  await page.keyboard.press('Control+o');
  await dialog.locator('input').fill(file);
  await page.keyboard.press('Enter');
  const edit = page.locator('[aria-label*="shortener"], [aria-label*="lab.yaml"]').first();
  await edit.waitFor();
  await take('labs-problems');
  await edit.click();
  await dialog.locator('textarea').waitFor();
  await page.waitForTimeout(800);
  await take('lab-file');
  const text = await dialog.locator('textarea').inputValue();
  await dialog.locator('textarea').fill(text.replace('nodess: []\n', ''));
  await page.waitForTimeout(800);
  await page.keyboard.press('Control+s');
  await dialog.waitFor({ state: 'hidden' });
  await take('labs-own');
}

/** The first host keys are refused; then they are compared. */
async function refused(page: Page, take: Take, language: 'en' | 'ja'): Promise<void> {
  const dialog = page.getByRole('dialog');
  const compare = page.getByRole('button', { name: hostKeyTexts.compare[language] });
  await dialog.waitFor();
  await take('question-host-key');
  for (let asked = 0; asked < 12; asked += 1) {
    await page.waitForTimeout(700);
    if (!(await dialog.isVisible())) break;
    await dialog.getByRole('button', { name: questionTexts.refuse[language] }).click();
  }
  await compare.waitFor();
  await take('lab-refused');
  await compare.click();
}

/** Every question is answered and every host key accepted, until no dialog comes any more; one of each kind is shown. */
export async function askedAndAnswered(page: Page, take: Take, language: 'en' | 'ja'): Promise<void> {
  const dialog = page.getByRole('dialog').last();
  const accept = dialog.getByRole('button', { name: hostKeyTexts.accept[language], exact: true });
  const secret = dialog.locator('input[type=password]');
  const taken = new Set<string>();
  const once = async (name: string): Promise<void> => {
    if (!taken.has(name)) await take(name);
    taken.add(name);
  };
  for (let quiet = 0; quiet < 3;) {
    await page.waitForTimeout(700);
    quiet = (await dialog.isVisible()) ? 0 : quiet + 1;
    if (quiet > 0) continue;
    if (await secret.isVisible()) {
      await secret.fill(PASSWORD);
      await dialog.getByRole('radio').last().click();
      await once('question-password');
    } else if ((await accept.count()) > 0) {
      await once('host-keys');
      await accept.first().click();
      continue;
    }
    if (await dialog.getByText(hostKeyTexts.asking[language]).isVisible()) continue;
    await dialog.locator('footer button').last().click();
  }
}

async function terminal(page: Page, take: Take): Promise<void> {
  await page.keyboard.press('Control+3');
  await page.locator('#content button').last().click();
  await page.locator('.xterm-rows').getByText('node$').waitFor();
  await page.keyboard.type('ls --color=always -l /\n');
  await page.waitForTimeout(500);
  await take('terminal');
}
