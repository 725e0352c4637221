import { expect, type Page } from '@playwright/test';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { questionTexts } from '../../src-renderer/texts/question-texts.ts';

type Language = 'en' | 'ja';

/** Milliseconds: a question may have been answered already, and go just now. Then the next one is looked at. */
const timeout = 3000;

/** Gives an answer to the question that is shown, and waits until it is gone. */
async function answer(page: Page, password: string, language: Language): Promise<void> {
  const dialog = page.getByRole('dialog');
  const asked = async (): Promise<string> => dialog.innerText({ timeout: 1000 }).catch(() => ''); // gone
  const about = await asked();
  const field = dialog.getByLabel(questionTexts.secret[language]);
  if (await field.isVisible()) {
    await field.fill(password, { timeout });
    if ((await field.inputValue({ timeout })) === password) await field.press('Enter', { timeout }); // not the next one's
  } else {
    await dialog.getByRole('button', { name: questionTexts.accept[language] }).click({ timeout });
  }
  await expect.poll(asked, { timeout }).not.toBe(about);
}

/** Accepts every host key and gives the password, until the lab is open or something else is said. Returns how often was asked. */
export async function answerAll(
  page: Page,
  password: string,
  { language = 'en', end = labTexts.connected[language] }: { language?: Language; end?: string | RegExp } = {},
): Promise<number> {
  const dialog = page.getByRole('dialog');
  const connected = page.getByText(end).first();
  for (let asked = 0; ; asked += 1) {
    await expect(dialog.or(connected).first()).toBeVisible();
    if (await dialog.isVisible()) await answer(page, password, language).catch(() => undefined);
    else if (await connected.isVisible()) return asked;
  }
}
