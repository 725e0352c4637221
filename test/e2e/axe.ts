import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Fails with what axe finds on a page, in the light theme, and in the dark one, which differs in colors alone. It runs in the page
 * ("legacy"), which has no frames; else it opens another page to put frames together, which takes four times as long.
 */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' }); // no color is on its way to another one
  const light = await found(page, `${where}, light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await found(page, `${where}, dark`, ['color-contrast']);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  expect([...light, ...dark]).toEqual([]);
}

/** @param rules default: all */
async function found(page: Page, where: string, rules?: string[]): Promise<readonly string[]> {
  // of what passes, it names one element a rule
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  const { violations } = await axe.setLegacyMode(true).analyze();
  return violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
