import { openWindow } from './doors.ts';
import { words } from './words.ts';
for (const [language, theme, width, height] of [
  ['en', 'light', 1280, 800],
  ['ja', 'dark', 1920, 1080],
  ['en', 'dark', 640, 400],
] as const) {
  const { page, close } = await openWindow('browser', { width, height, language });
  await page.emulateMedia({ colorScheme: theme });
  const say = words[language];
  const shot = (n: string) => page.screenshot({ path: `/tmp/s-${n}-${language}-${theme}-${width}.png` });
  await page.getByRole('button', { name: say.recording }).click();
  await page.getByRole('button', { name: say.all }).waitFor();
  await page.waitForTimeout(1500);
  if (width === 640) await page.getByRole('radio', { name: 'Topology' }).click();
  await shot('before');
  if (width === 640) await page.getByRole('radio', { name: 'Stages' }).click();
  await page.getByRole('button', { name: say.all }).click();
  await page.getByText(say.done).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(6500);
  if (width === 640) await page.getByRole('radio', { name: 'Topology' }).click();
  await page.waitForTimeout(500);
  await shot('done');
  const box = page.getByRole('combobox').first();
  await box.fill('10.244.2');
  await page.waitForTimeout(300);
  await shot('search');
  await box.press('ArrowDown');
  await box.press('Enter');
  await page.waitForTimeout(400);
  await shot('found');
  await page.getByRole('radio', { name: language === 'en' ? 'Overview' : '全体' }).click();
  await page.waitForTimeout(300);
  await shot('overview');
  await close();
}
