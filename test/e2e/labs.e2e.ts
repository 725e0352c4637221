import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepExampleIndex } from '../unit/keep-example-index.ts';
import { answerAll } from './answer-all.ts';
import { PASSWORD, startSshLab, type SshLab } from './ssh-lab.ts';
import { addLab, expect, openRecording, test, words } from './window.ts';

let lab: SshLab;
test.beforeEach(async () => {
  lab = await startSshLab();
});
test.afterEach(() => lab.close());

test('a lab file is opened, and its machines ask for what only the user knows', async ({ page, window }) => {
  await addLab(page, window, lab.file);
  await expect(page.getByRole('dialog', { name: /Is this the right machine|Password/ })).toBeVisible();
});

test('a lab whose bundle is not there opens all the same, and says what to do', async ({ page, window }) => {
  rmSync(join(lab.folder, 'bundle'), { recursive: true });
  await addLab(page, window, lab.file);
  const row = page.getByRole('listitem').filter({ hasText: lab.file });
  await expect(row.getByText('The lab can be opened, but rolling out needs the bundle.')).toBeVisible();
  await row.getByRole('button').first().click();
  await expect(page.getByText(/\/bundle is missing or cannot be read/)).toBeVisible();
  await expect(page.locator('#stage-metallb')).toBeVisible();
});

test('a lab file is changed in the window, with its problems beside the lines', async ({ page, window }) => {
  writeFileSync(lab.file, readFileSync(lab.file, 'utf8').replace('192.168.2.11', '192.168.2.300'));
  await addLab(page, window, lab.file);
  await page.getByRole('button', { name: /Edit the lab file/ }).click();
  const dialog = page.getByRole('dialog');
  const text = dialog.getByRole('textbox', { name: 'Text of the lab file' });
  await expect(text).toHaveValue(/192\.168\.2\.300/);
  const place = dialog.getByRole('button', { name: /lab\.yaml:4:/ });
  await place.first().click();
  await expect(text).toBeFocused();
  await text.fill((await text.inputValue()).replace('192.168.2.300', '192.168.2.11'));
  await expect(dialog.getByText('No problems found.')).toBeVisible();
  await expect(dialog.getByText('Not saved yet')).toBeVisible();
  await text.press('Control+s');
  await expect(dialog).toBeHidden();
  expect(readFileSync(lab.file, 'utf8')).toContain('192.168.2.11');
  await expect(page.getByRole('listitem').filter({ hasText: lab.file }).getByText('3 nodes')).toBeVisible();
});

test('a lab file that was changed elsewhere is not written over', async ({ page, window }) => {
  rmSync(join(lab.folder, 'bundle'), { recursive: true }); // it stays in the list
  await addLab(page, window, lab.file);
  await page.getByRole('button', { name: /Edit the lab file/ }).click();
  const text = page.getByRole('textbox', { name: 'Text of the lab file' });
  await expect(text).toHaveValue(/shortener/);
  writeFileSync(lab.file, `${readFileSync(lab.file, 'utf8')}# another hand\n`);
  await text.press('End');
  await text.pressSequentially(' ');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/was changed in the meantime/)).toBeVisible();
  expect(readFileSync(lab.file, 'utf8')).toContain('another hand');
});

test('the form writes a lab that is installed online, or from the bundle that is chosen', async ({ page }) => {
  const create = async (file: string): Promise<void> => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address of the control plane').fill('192.168.2.10');
    await dialog.getByLabel('User').fill('lab');
    await dialog.getByRole('switch', { name: 'Use the SSH agent' }).click();
    await dialog.getByLabel('Write it to').fill(join(lab.folder, file));
    await dialog.getByRole('button', { name: 'Write the lab file' }).click();
  };
  const written = (file: string): string => readFileSync(join(lab.folder, file), 'utf8');
  await page.getByRole('button', { name: 'New lab', exact: true }).click();
  await page.getByRole('radio', { name: 'A bundle' }).click();
  await create('offline.yaml');
  const place = page.getByLabel('File or folder of the bundle');
  await expect(place).toHaveAttribute('aria-invalid', 'true'); // none is named
  await place.fill('../none.tar');
  await page.getByRole('button', { name: 'Write the lab file' }).click();
  await expect(page.getByText('The lab can be opened, but rolling out needs the bundle.')).toBeVisible();
  expect(written('offline.yaml')).toContain('source: { bundle: ../none.tar }\n');

  await page.getByRole('button', { name: 'New lab', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Online' })).toBeChecked();
  await create('online.yaml');
  await expect(page.getByRole('dialog', { name: 'New lab' })).toBeHidden();
  expect(written('online.yaml')).toContain('source: online\n');
});

test('the plan says what will be downloaded and from where, or why that cannot be found out', async ({
  page,
  window,
  door,
}) => {
  test.skip(door === 'desktop', 'SKIPPED: the Electron of these tests has Node 18, on which undici does not run');
  const online = await startSshLab(true);
  await addLab(page, window, online.file);
  await answerAll(page, PASSWORD);
  const plan = page.getByRole('button', { name: 'Plan', exact: true });
  await plan.click();
  await expect(page.getByText(/refuses the connection/)).toBeVisible();
  await page.getByText('Close', { exact: true }).click();
  await keepExampleIndex(window.home);
  await plan.click();
  const downloads = page.getByTestId('planned-downloads');
  await expect(downloads).toContainText('To be downloaded when a change needs it: 130.0 MB');
  await expect(downloads).toContainText('In the cache already: 4 B');
  await online.close();
});

test('a field that was left empty says what is missing, and none does before', async ({ page }) => {
  await page.getByRole('button', { name: 'New lab', exact: true }).click();
  const [address, user] = [page.getByLabel('Address of the control plane'), page.getByLabel('User')];
  await address.focus();
  await page.keyboard.press('Tab');
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await expect(user).not.toHaveAttribute('aria-invalid');
  await user.focus();
  await page.keyboard.press('Tab');
  await expect(user).toHaveAttribute('aria-invalid', 'true');
});

test('a click that leaves an empty field reaches what was clicked', async ({ page }) => {
  await page.getByRole('button', { name: 'New lab', exact: true }).click();
  await expect(page.getByLabel('Address of the control plane')).toBeFocused();
  await page.waitForTimeout(1000); // until the form was looked at
  await page.getByRole('radio', { name: 'A bundle' }).click();
  await expect(page.getByRole('radio', { name: 'A bundle' })).toBeChecked();
});

const desktop = { tag: '@desktop' };
test(
  'the desktop window asks the system for its proxy, and says when that cannot be used',
  desktop,
  async ({ page, window, door }) => {
    test.skip(door === 'browser', 'a page does not know the system of its server');
    const online = await startSshLab(true);
    writeFileSync(
      online.file,
      readFileSync(online.file, 'utf8').replace(/^mirrors:.*/m, 'mirrors: https://mirror.test'),
    );
    await window
      .app()
      .evaluate(({ session }) => session.defaultSession.setProxy({ proxyRules: 'socks5://127.0.0.1:1' }));
    await addLab(page, window, online.file);
    await answerAll(page, PASSWORD);
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await expect(page.getByText(/proxy for mirror\.test cannot be used \(SOCKS5 127\.0\.0\.1:1\)/)).toBeVisible();
    await online.close();
  },
);

test('the form shows the fingerprint of a host, and pins it when it is accepted', async ({ page }) => {
  await page.getByRole('button', { name: 'New lab', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('User').fill('lab');
  await dialog.getByLabel('Port').fill(String(lab.node.port));
  await dialog.getByLabel('Address of the control plane').fill('127.0.0.1');
  await expect(dialog.getByText(lab.node.hostKey.fingerprint)).toBeVisible();
  await dialog.getByRole('button', { name: 'Accept' }).click();
  await expect(dialog.getByText(/rejected the login/)).toBeVisible(); // no key, and the form asks nobody
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText(`[127.0.0.1]:${lab.node.port}`)).toBeVisible();
  await page.getByRole('button', { name: /Remove the pinned key/ }).click();
  await expect(page.getByText('None yet. A host key is pinned')).toBeVisible();
});

test('a recording is played as fast as is chosen, and remembers it', async ({ page, window }) => {
  await openRecording(page, 'en');
  await expect(page.getByRole('radio', { name: '10×' })).toBeChecked();
  await page.getByRole('radio', { name: 'Instant' }).click();
  await page.getByRole('button', { name: words.en.all }).click();
  await expect(page.getByText(words.en.done)).toBeVisible();
  await page.waitForTimeout(600); // until the choice is kept
  const again = await window.reopen();
  await expect(again.getByRole('radio', { name: 'Instant' })).toBeChecked();
});
