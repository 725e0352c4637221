import type { Page } from '@playwright/test';
import { expect } from './window.ts';

/* What opening a lab over SSH asks the user. */

export const hostKey = (page: Page) => page.getByRole('dialog', { name: 'Is this the right machine?' });
export const password = (page: Page) => page.getByRole('dialog', { name: 'Password for SSH' });

/** Accepts host keys until the password is asked for. */
export async function answerUntilPassword(page: Page): Promise<void> {
  for (;;) {
    await expect(hostKey(page).or(password(page)).first()).toBeVisible();
    if (await password(page).isVisible()) return;
    const shown = await hostKey(page)
      .getByText(/^SHA256:/)
      .innerText();
    const about = await hostKey(page).innerText();
    expect(about).toContain(shown);
    await page.getByRole('button', { name: 'Accept and pin this key' }).click();
    await expect
      .poll(async () =>
        hostKey(page)
          .innerText({ timeout: 1000 })
          .catch(() => ''),
      )
      .not.toBe(about);
  }
}
