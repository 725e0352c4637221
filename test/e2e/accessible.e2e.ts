import { AxeBuilder } from '@axe-core/playwright';
import { expect, openRecording, test, words } from './window.ts';

const screens = ['Lab', 'Run log', 'Terminals'] as const;

for (const theme of ['Light', 'Dark'] as const) {
  test(`axe finds nothing on any screen (${theme})`, async ({ page, door }) => {
    test.skip(door === 'desktop', 'the same page; axe needs a page of its own that Electron does not open');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: theme }).click();
    await clean('settings');
    await page.getByRole('link', { name: /^Hoplab/ }).click();
    await clean('labs');
    await openRecording(page, 'en');
    await clean('a lab before its rollout');
    await page.getByRole('button', { name: words.en.all }).click();
    await expect(page.getByText(words.en.done)).toBeVisible({ timeout: 60_000 });
    for (const screen of screens) {
      await page.getByRole('link', { name: screen, exact: true }).click();
      await page.waitForTimeout(300);
      await clean(screen);
    }

    async function clean(where: string): Promise<void> {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const told = violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      expect(told).toEqual([]);
    }
  });
}

test.describe('at 200 % zoom', () => {
  test.use({ size: { width: 640, height: 400 } });

  test('everything can be reached by scrolling', async ({ page }) => {
    await openRecording(page, 'en');
    const all = page.getByRole('button', { name: words.en.all });
    await all.scrollIntoViewIfNeeded();
    await expect(all).toBeInViewport();
    await page.getByRole('radio', { name: 'Checks' }).click();
    const check = page.getByRole('button', { name: 'Check all' });
    await check.scrollIntoViewIfNeeded();
    await expect(check).toBeInViewport();
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
