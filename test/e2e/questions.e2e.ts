import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testKey } from '../machines/ssh2-server.ts';
import { PASSWORD, startSshLab, type SshLab } from './ssh-lab.ts';
import { answerAll } from './answer-all.ts';
import { addLab, expect, test } from './window.ts';
import { answerUntilPassword, hostKey, password } from './ssh-questions.ts';

let lab: SshLab;
test.beforeEach(async () => {
  lab = await startSshLab();
});
test.afterEach(() => lab.close());

/** All that Hoplab wrote, as one text. */
function written(folder: string, but = /^$/): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && !but.test(entry.name) && !/\/(Cache|Code Cache|GPUCache)\b/.test(entry.parentPath),
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('host keys and a password are asked for, and no secret is written anywhere', async ({ page, window }) => {
  await addLab(page, window, lab.file);
  expect(await answerAll(page, PASSWORD)).toBeGreaterThan(1);
  await page.locator('#stage-connect').click();
  await page.getByRole('button', { name: 'Run all checks' }).click();
  await expect(page.getByText('Not all checks passed', { exact: true })).toBeVisible(); // these machines answer nothing

  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText('None. Hoplab asks when it needs one.')).toBeVisible();
  await page.getByRole('button', { name: 'Save a support bundle' }).click();
  const file = await page.getByRole('status').filter({ hasText: 'hoplab-support' }).innerText();
  const bundle = readFileSync(file.trim(), 'utf8');
  expect(bundle).toContain('hoplab');
  expect(bundle).not.toContain(PASSWORD);
  expect(written(window.home)).not.toContain(PASSWORD);
});

/** Clicks the button that accepts a host key as soon as it is there, as a hand that goes on clicking. */
const CLICK_AT_ONCE = `new MutationObserver((_, observer) => {
  const accept = [...document.querySelectorAll('[role=dialog] button')].at(-1);
  if (accept?.textContent.trim() !== 'Accept and pin this key') return;
  observer.disconnect();
  accept.click();
  document.body.dataset.clicked = accept.disabled ? 'in vain' : 'and it was taken';
}).observe(document.body, { childList: true, subtree: true })`;

test('a click too many answers no other question, and an empty password none', async ({ page, window }) => {
  await addLab(page, window, lab.file);
  const accept = page.getByRole('button', { name: 'Accept and pin this key' });
  await accept.dblclick();
  await expect(password(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeDisabled();
  await page.keyboard.press('Enter');
  await password(page).getByLabel('Password or passphrase').fill(PASSWORD);
  await page.evaluate(CLICK_AT_ONCE);
  await page.keyboard.press('Enter');
  await expect(accept).toBeEnabled();
  await expect(page.locator('body')).toHaveAttribute('data-clicked', 'in vain');
  await answerAll(page, PASSWORD);
});

test('a password is remembered when that is chosen, used after a restart, and deleted in the settings', async ({
  page,
  window,
  door,
}) => {
  await addLab(page, window, lab.file);
  await answerUntilPassword(page);
  await password(page).getByLabel('Password or passphrase').fill(PASSWORD);
  await password(page)
    .getByRole('radio', { name: /^Remember it/ })
    .click();
  if (door === 'browser') await expect(password(page).getByText(/Not encrypted/)).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await answerAll(page, PASSWORD);

  const again = await window.reopen();
  await expect(again.getByText('Connected to every machine')).toBeVisible(); // nobody was asked
  await again.getByRole('link', { name: 'Settings' }).click();
  const secret = again.getByRole('listitem').filter({ hasText: 'Password for SSH' });
  await expect(secret).toBeVisible();
  await secret.getByRole('button', { name: /^Delete: shortener/ }).click();
  await expect(again.getByText('None. Hoplab asks when it needs one.')).toBeVisible();
  expect(written(window.home)).not.toContain(PASSWORD);
});

test('a key that is refused fails with a sentence; the keys are then compared side by side', async ({
  page,
  window,
}) => {
  await addLab(page, window, lab.file);
  const failed = page.getByText(/host key of .* is not known yet/i).first();
  for (;;) {
    await expect(hostKey(page).or(failed).first()).toBeVisible();
    if (!(await hostKey(page).isVisible())) break; // the last of the machines has been refused
    await page
      .getByRole('button', { name: 'Refuse' })
      .click({ timeout: 2000 })
      .catch(() => undefined);
  }
  await expect(failed).toBeVisible();
  await page.getByRole('button', { name: 'Compare host keys' }).click();
  const compare = page.getByRole('dialog', { name: 'Host keys of this lab' });
  const asked = page.getByRole('dialog', { name: /right machine|Password/ });
  await expect(compare.or(asked).first()).toBeVisible();
});

test('a key that is not the pinned one is refused; it is accepted in the comparison, and then the lab opens', async ({
  page,
  window,
}) => {
  await addLab(page, window, lab.file);
  await answerAll(page, PASSWORD);
  const file = join(window.home, 'known_hosts');
  const other = testKey().hostKey.key.toString('base64');
  const own = lab.node.hostKey.key.toString('base64');
  const pinned = readFileSync(file, 'utf8');
  expect(pinned).toContain(own);
  writeFileSync(file, pinned.replaceAll(own, other)); // as after the machines were reinstalled

  const again = await window.reopen();
  await password(again).getByLabel('Password or passphrase').fill(PASSWORD); // of the jump host
  await again.keyboard.press('Enter');
  await expect(again.getByText(/shows a host key that differs from the pinned one/).first()).toBeVisible();
  await again.getByRole('button', { name: 'Compare host keys' }).click();
  const compare = again.getByRole('dialog', { name: 'Host keys of this lab' });
  const replace = compare.getByRole('button', { name: 'Accept the new key' });
  await expect(password(again).or(replace).first()).toBeVisible();
  if (await password(again).isVisible()) {
    await password(again).getByLabel('Password or passphrase').fill(PASSWORD);
    await again.keyboard.press('Enter');
  }
  await expect(replace.first()).toBeVisible();
  for (let left = await replace.count(); left > 0; left = await replace.count()) {
    await replace.first().click(); // of every machine that shows this key at this address
    await expect(replace).not.toHaveCount(left);
  }
  await compare.getByRole('button', { name: 'Close' }).last().click();
  await answerAll(again, PASSWORD);
  expect(readFileSync(file, 'utf8')).not.toContain(other);
});
