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
  const dnat = page.locator('[data-hop]', { hasText: 'DNAT' });
  const machines = page.locator('[data-side] li > button[aria-expanded]', { hasText: 'k8s-worker' });
  for (let place = (await machines.count()) - 1; place >= 0 && (await dnat.count()) === 0; place -= 1) {
    await machines.nth(place).click();
    await page.waitForTimeout(200);
    if ((await dnat.count()) === 0) await machines.nth(place).click();
  }
  await dnat.last().click();
  await page.waitForTimeout(8000); // until the last message is gone
  await page.locator('[data-hop="request.2"]').hover(); // scrolls back to the folded hops
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path: file });
} finally {
  await close();
}
