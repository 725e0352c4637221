import { expect, openRecording, rollOutAtOnce, test, words } from './window.ts';

for (const language of ['en', 'ja'] as const) {
  test.describe(`The story on the recording, in ${language}`, () => {
    test.use({ language });
    const say = words[language];

    test('rolls out every stage, proves it, tells it in the log, and takes it back', async ({ page }) => {
      await openRecording(page, language);
      await page.getByRole('button', { name: say.all }).click();
      await expect(page.getByText(say.done)).toBeVisible({ timeout: 60_000 });

      await page.getByRole('link', { name: say.log }).click();
      const log = page.getByRole('log');
      await expect(log).toBeVisible();
      await page.getByRole('searchbox').fill('kubeadm init');
      await expect(log.getByText(/kubeadm init/).first()).toBeVisible();

      await page.goBack();
      await page.locator('#stage-client-resolver').click();
      await page.getByRole('button', { name: say.undo, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: say.undo, exact: true }).click();
      await expect(page.getByText(language === 'en' ? 'Undone' : '元に戻しました', { exact: true })).toBeVisible();
      await expect(page.getByText(language === 'en' ? /10 of 17 done/ : /10\/17 完了/)).toBeVisible();
    });
  });
}

test('the plan is shown before anything is done', async ({ page }) => {
  await openRecording(page, 'en');
  await page.keyboard.press('Control+p');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'Planned changes' })).toBeVisible();
  await expect(
    dialog.getByRole('button', { name: /Make th/ }).or(dialog.getByText(/No changes: everything/)),
  ).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('the picture grows with the stages: tunnels, the VIP on its node, names and routes', async ({ page }) => {
  await openRecording(page, 'en');
  await page.getByRole('button', { name: 'Roll out all' }).click();
  await expect(page.getByText(words.en.done)).toBeVisible({ timeout: 60_000 });
  const topology = page.getByRole('region', { name: /topology/i });
  await expect(topology.getByText('flannel.1')).toHaveCount(3);
  await expect(topology.getByRole('button', { name: /^10\.244\.\d+\.1$/ })).toHaveCount(3);
  await expect(topology.getByRole('group', { name: /answers ARP for the VIP/ })).toBeVisible();
  await expect(topology.getByText(/url-shortener\.staging/).first()).toBeVisible();
});

test('a value of the picture opens the command it came from', async ({ page }) => {
  await openRecording(page, 'en');
  await rollOutAtOnce(page);
  const cni0 = page.getByRole('region', { name: /topology/i }).getByRole('button', { name: /^10\.244\.\d+\.1$/ });
  await cni0.first().press('Enter'); // where an element is, Chromium 114 tells wrongly in a picture that is zoomed
  const dialog = page.getByRole('dialog', { name: 'Where this comes from' });
  await expect(dialog.locator('code')).toContainText('ip');
  await expect(dialog.locator('mark').first()).toBeVisible();
});

test('a check is asked again and shows its command, what was expected and what came back', async ({ page }) => {
  await openRecording(page, 'en');
  await rollOutAtOnce(page);
  await page.locator('#stage-gateway').click();
  const check = page.getByRole('article').first();
  await check.getByRole('button', { name: 'Run check' }).click();
  await check.getByRole('button').first().click();
  await expect(check.getByText('Actual').first()).toBeVisible();
  await expect(check.locator('code').first()).toBeVisible();
});

test('the chosen stage and the settings are there again after a restart', async ({ window, page }) => {
  await openRecording(page, 'en');
  await page.locator('#stage-gateway').click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Dark' }).click();
  await page.waitForTimeout(600);
  const again = await window.reopen();
  await expect(again.locator('html')).toHaveAttribute('data-theme', 'dark');
  await again.getByRole('link', { name: /^Hoplab/ }).click();
  await openRecording(again, 'en');
  await expect(again.locator('#stage-gateway')).toHaveAttribute('aria-current', 'step');
});

test('everything is reached by the keyboard: the palette opens a stage and switches the language', async ({ page }) => {
  await openRecording(page, 'en');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('show stage metallb');
  await page.keyboard.press('Enter');
  await expect(
    page.locator('#stage-load-balancer-pending, #stage-metallb').and(page.locator('[aria-current=step]')),
  ).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('日本語');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'すべて展開' })).toBeVisible();
});

test('a new lab tells its problems beside the fields', async ({ page }) => {
  await page.getByRole('button', { name: 'New lab', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address of the control plane').fill('192.168.2.300');
  await expect(dialog.getByText(/192\.168\.2\.300/).first()).toBeVisible();
  await expect(dialog.getByLabel('Address of the control plane')).toHaveAttribute('aria-invalid', 'true');
});
