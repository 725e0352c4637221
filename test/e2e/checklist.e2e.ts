import { clipboardText, expect, openRecording, rollOutAtOnce, test } from './window.ts';

test('each command of a check is copied, run by itself, and opened on its machine', async ({ page, window }) => {
  await openRecording(page, 'en');
  await rollOutAtOnce(page);
  await page.locator('#stage-gateway').click();
  const check = page.getByRole('article').first();
  await check.getByRole('button', { name: 'Run check' }).click();
  await check.getByRole('button', { expanded: false }).first().click();
  const command = check.locator('code').first();
  await expect(command).toBeVisible();
  const typed = (await command.innerText()).replace(/^[^$]*\$\s*/, '');

  await check.getByRole('button', { name: 'Copy the command' }).first().click();
  const copied = await clipboardText(page, window);
  expect(copied).toBe(typed);

  await check.getByRole('button', { name: 'Run this command again' }).first().click();
  await expect(check.getByText(/Run separately at/).first()).toBeVisible();
  await expect(check.getByText(/exit 0/).first()).toBeVisible();

  await check.getByRole('button', { name: 'Open in a terminal' }).first().click();
  await expect(page.getByText('A recording has no machines to log in to')).toBeVisible();
});

test('a command that ran as root is shown and copied with sudo', async ({ page }) => {
  await openRecording(page, 'en');
  await page.getByRole('radio', { name: 'Instant' }).click();
  await page.locator('#stage-control-plane').click();
  await page.getByRole('button', { name: 'Roll out to here' }).click();
  await expect(page.getByText(/3 of 17 done/)).toBeVisible();
  const check = page.getByRole('article').filter({ has: page.getByRole('button', { name: /API/ }) });
  await check.first().getByRole('button', { expanded: false }).first().click();
  await expect(check.first().locator('code').first()).toContainText('sudo kubectl');
});

test('every check of a stage is run at once', async ({ page }) => {
  await openRecording(page, 'en');
  await page.getByRole('radio', { name: 'Instant' }).click();
  await page.locator('#stage-connect').click();
  await page.getByRole('button', { name: 'Run all checks' }).click();
  await expect(page.getByText(/^(\d+) of \1 passed$/)).toBeVisible();
});

test('a check of several machines is asked again on one of them', async ({ page }) => {
  await openRecording(page, 'en');
  await page.getByRole('radio', { name: 'Instant' }).click();
  await page.locator('#stage-connect').click();
  const check = page.getByRole('article').first();
  await check.getByRole('button', { name: 'Run check' }).click();
  await check.getByRole('button', { expanded: false }).first().click();
  const times = check.getByText(/^\d+:\d\d:\d\d/);
  await expect(times).toHaveCount(3);
  const before = await times.allInnerTexts();
  await expect(async () => {
    await check.getByRole('button', { name: 'Run check on k8s-worker2' }).click();
    const now = await times.allInnerTexts();
    expect(now.filter((time, machine) => time === before[machine])).toHaveLength(2);
  }).toPass({ intervals: [1000] });
  await expect(times).toHaveCount(3);
});
