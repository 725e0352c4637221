import type { Page } from '@playwright/test';

/** Opens the parts of a path's list that are folded to a line. */
export async function unfold(page: Page): Promise<void> {
  const folded = page.locator('[data-side] li > button[aria-expanded=false]');
  while ((await folded.count()) > 0) await folded.first().click();
}
