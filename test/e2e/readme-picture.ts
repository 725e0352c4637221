import { openWindow } from './doors.ts';
import { words } from './words.ts';

/*
 * Makes README's picture from the recording: the request that its lab answered, at the hop where the Service's address is
 * translated, with the hops of the other machines folded. node test/e2e/readme-picture.ts FILE.png
 */
const [file = 'out/path.png'] = process.argv.slice(2);
const { page, close } = await openWindow('browser', { width: 1280, height: 960, language: 'en' });
try {
  await page.getByRole('button', { name: words.en.recording }).click();
  await page.getByRole('button', { name: words.en.all }).click();
  await page.getByText(words.en.done).waitFor({ timeout: 120_000 });
  await page.locator('header a[href$="paths"]').click();
  await page.locator('main form input').first().fill('https://url-shortener.staging.k8s.local/');
  await page.keyboard.press('Enter');
  await page.locator('[data-path-end]').waitFor({ timeout: 60_000 });
  const folded = page.locator('[data-side] li > button[aria-expanded=false]', { hasText: 'k8s-worker1' });
  await folded.nth(1).click();
  await page.locator('[data-hop]', { hasText: 'DNAT' }).last().click();
  await page.waitForTimeout(8000); // until the last message is gone
  await page.locator('[data-hop="request.2"]').hover(); // scrolls back to the folded hops
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path: file });
} finally {
  await close();
}
