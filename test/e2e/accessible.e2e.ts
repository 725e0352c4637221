import { expectAccessible } from './axe.ts';
import { PASSWORD, startSshLab } from './ssh-lab.ts';
import { answerAll } from './answer-all.ts';
import { addLab, expect, openRecording, rollOutAtOnce, test, words } from './window.ts';

const screens = ['Lab', 'Run log', 'Terminals'] as const;

test('axe finds nothing on any screen', async ({ page, door }) => {
  test.skip(door === 'desktop', 'the same page');
  await page.getByRole('link', { name: 'Settings' }).click();
  await expectAccessible(page, 'settings');
  await page.getByRole('link', { name: /^Hoplab/ }).click();
  await expectAccessible(page, 'labs');
  await openRecording(page, 'en');
  await expectAccessible(page, 'a lab before its rollout');
  await rollOutAtOnce(page);
  for (const screen of screens) {
    await page.getByRole('link', { name: screen, exact: true }).click();
    await page.waitForTimeout(300);
    await expectAccessible(page, screen);
  }
});

test('axe finds nothing in dialogs, questions and a terminal', async ({ page, window, door }) => {
  test.skip(door === 'desktop', 'the same page');
  const lab = await startSshLab();
  try {
    await page.getByRole('button', { name: words.en.recording }).waitFor();
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('option').first()).toBeVisible();
    await expectAccessible(page, 'palette');
    await page.keyboard.press('Escape');
    await addLab(page, window, lab.file);
    await expect(page.getByRole('button', { name: 'Accept and pin this key' })).toBeVisible();
    await expectAccessible(page, 'question');
    await answerAll(page, PASSWORD);
    await page.getByRole('link', { name: 'Terminals' }).click();
    await page.getByRole('button', { name: 'Open a terminal on k8s-master' }).click();
    await expect(page.getByRole('tabpanel').locator('.xterm-rows')).toContainText('node$');
    await expectAccessible(page, 'terminal');
    await page.getByRole('link', { name: /^Hoplab/ }).click();
    await page.getByRole('button', { name: /Edit the lab file/ }).click();
    await expect(page.getByText('No problems found.')).toBeVisible();
    await expectAccessible(page, 'lab file');
  } finally {
    await lab.close();
  }
});

test.describe('at 200 % zoom', () => {
  test.use({ size: { width: 640, height: 400 } });

  test('everything can be reached by scrolling', async ({ page }) => {
    await openRecording(page, 'en');
    const all = page.getByRole('button', { name: words.en.all });
    await all.scrollIntoViewIfNeeded();
    await expect(all).toBeInViewport();
    await page.getByRole('radio', { name: 'Checks' }).click();
    const check = page.getByRole('button', { name: 'Run all checks' });
    await check.scrollIntoViewIfNeeded();
    await expect(check).toBeInViewport();
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
