import { expect, openRecording, test, words } from './window.ts';

test('who types faster than the window draws gets what was typed', async ({ page }) => {
  await openRecording(page, 'en');
  for (const [typed, stage] of [
    ['show stage nodeport', 'node-port'],
    ['show stage gateway', 'gateway'],
    ['show stage connect', 'connect'],
  ] as const) {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused();
    await page.evaluate(`{
      const field = document.activeElement;
      field.value = ${JSON.stringify(typed)};
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    }`);
    await expect(page.locator(`#stage-${stage}`)).toHaveAttribute('aria-current', 'step');
  }
});

test('the palette is left by Escape, and moved in by arrow keys', async ({ page }) => {
  await expect(page.getByRole('button', { name: words.en.recording })).toBeVisible();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Commands' });
  await expect(field).toBeFocused();
  const options = page.getByRole('option');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(field).toBeHidden();
});

test('the palette reaches settings, layers and checks', async ({ page }) => {
  await openRecording(page, 'en');
  const run = async (typed: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(typed);
    await page.keyboard.press('Enter');
  };
  await run('play the recording instant');
  await expect(page.getByRole('radio', { name: 'Instant' })).toBeChecked();
  await run('undo every stage');
  await expect(page.getByRole('dialog')).toContainText('The client');
  await page.keyboard.press('Escape');
  await run('hide the layer overlay');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('layer overlay');
  await expect(page.getByRole('option', { name: 'Show the layer Overlay' })).toBeVisible();
  await page.keyboard.press('Escape');
  await run('show stage nodeport');
  await run('go to the settings');
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await run('support bundle');
  await expect(page.getByRole('status').filter({ hasText: 'hoplab-support' })).toBeVisible();
});
