import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { endWords } from '../../src-main/contract/end-words.ts';
import { commonTexts } from '../../src-renderer/texts/common-texts.ts';
import { formTexts } from '../../src-renderer/texts/form-texts.ts';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { vmsTexts } from '../../src-renderer/texts/vms-texts.ts';
import { expectAccessible } from './axe.ts';
import { openWindow } from './doors.ts';
import { canFake, FakeLibvirt } from './fake-libvirt.ts';
import { expect, hasElectron, test } from './window.ts';

const DENIED =
  "Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied\nerror: failed to connect to the hypervisor";

for (const language of ['en', 'ja'] as const) {
  const onlyWithAll = language === 'en' ? { tag: '@all' } : {};
  test(
    `a lab on this computer: from what is missing to VMs that are deleted again (${language})`,
    onlyWithAll,
    async ({ door }) => {
      test.skip(door === 'desktop', 'the same page');
      test.skip(!canFake, 'SKIPPED: needs root, for a network of its own');
      test.slow();
      const libvirt = new FakeLibvirt();
      const { env, within } = libvirt;
      const { page, close } = await openWindow('browser', { width: 1280, height: 800, language, env, within });
      try {
        const file = join(libvirt.folder, 'lab', 'lab.yaml');
        libvirt.tell('fail-uri', DENIED);
        await createLab(page, language, { libvirt, file });
        await seeMissing(page, language);
        await startThatFails(page, language, libvirt);
        await startThatWaits(page, language, libvirt);
        await keepAndRestore(page, language);
        await leaveForeign(page, language, libvirt);
        await remove(page, language);
        await expect.poll(() => libvirt.all('domains')).toEqual([]);
        expect(libvirt.all('networks')).toEqual([]);
        expect(existsSync(file)).toBe(true);
      } finally {
        await close();
        libvirt.close();
      }
    },
  );
}

const desktop = { tag: '@desktop' };
test('a command that gets what is missing is typed into a terminal, and not run', desktop, async ({ door }) => {
  test.skip(door === 'browser', 'a page in a browser gets no shell beside the engine');
  test.skip(!hasElectron || !canFake, 'SKIPPED: needs Electron, and root for a network of its own');
  const libvirt = new FakeLibvirt();
  const { env } = libvirt; // no lab is opened: nothing is sent anywhere
  const { page, close } = await openWindow('desktop', { width: 1280, height: 800, language: 'en', env });
  try {
    libvirt.tell('fail-uri', DENIED);
    await page.getByRole('button', { name: vmsTexts.create.en }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: commonTexts.openInTerminal.en }).click();
    const shell = dialog.getByRole('group', { name: vmsTexts.shell.en });
    await expect(shell.locator('.xterm-rows')).toContainText('sudo usermod -aG libvirt "$USER"');
    await page.waitForTimeout(1000);
    await expect(shell.locator('.xterm-rows')).not.toContainText(/usermod: |not found|in the sudoers/);
    await page.keyboard.press('Control+c');
    await expect(shell.locator('.xterm-rows')).toHaveText(/\^C[^#$]*[#$]\s*$/); // a shell that is busy mixes what comes meanwhile
    await page.keyboard.type('echo $((6 * 7))\n');
    await expect(shell.locator('.xterm-rows')).toContainText('42');
    libvirt.forget('fail-uri');
    await dialog.getByRole('button', { name: vmsTexts.lookAgain.en }).click();
    await expect(shell).toBeHidden();
  } finally {
    await close();
    libvirt.close();
  }
});

type Language = 'en' | 'ja';

async function createLab(
  page: Page,
  language: Language,
  { libvirt, file }: { libvirt: FakeLibvirt; file: string },
): Promise<void> {
  await page.getByRole('button', { name: vmsTexts.create[language] }).click();
  const dialog = page.getByRole('dialog');
  const create = dialog.getByRole('button', { name: vmsTexts.submit[language] });
  await expect(dialog.getByText(vmsTexts.lacks('libvirt')[language])).toBeVisible();
  await expect(dialog.getByText('sudo usermod -aG libvirt "$USER"')).toBeVisible();
  await expect(create).toBeDisabled();
  await expectAccessible(page, 'a provider that lacks something');
  libvirt.forget('fail-uri');
  await dialog.getByRole('button', { name: vmsTexts.lookAgain[language] }).click();
  await expect(dialog.getByText(vmsTexts.ready('libvirt')[language])).toBeVisible();
  await expect(dialog.getByText(/KVM/)).toBeVisible(); // its processors are emulated here
  await dialog.getByLabel(vmsTexts.count[language]).fill('2');
  const memory = dialog.getByLabel(vmsTexts.memory[language]);
  await memory.fill('1');
  await expect(memory).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByText(/1800MiB/)).toBeVisible();
  await memory.fill('2');
  await dialog.getByRole('radio', { name: vmsTexts.ownImage[language], exact: true }).click();
  await dialog.getByLabel(vmsTexts.imageFile[language]).fill(libvirt.image);
  await dialog.getByLabel(formTexts.file[language]).fill(file);
  const planned = dialog.getByTestId('planned-vms');
  await expect(planned.getByRole('row')).toHaveCount(3);
  await expect(planned).toContainText('hoplab-shortener-k8s-worker1');
  await expect(planned).toContainText('192.168.123.11');
  await expectAccessible(page, 'what will be made');
  await create.click();
  await expect(page.locator('#stage-connect')).toBeVisible();
  expect(readFileSync(file, 'utf8')).toContain('machines: { provider: libvirt, cpus: 2, memory: 2GiB, disk: 20GiB,');
  expect(libvirt.all('domains')).toEqual([]);
}

const panel = (page: Page, language: Language) =>
  page.getByRole('region', { name: vmsTexts.title[language], exact: true });

async function seeMissing(page: Page, language: Language): Promise<void> {
  const vms = panel(page, language);
  await expect(vms.getByText(vmsTexts.states.missing[language])).toHaveCount(2);
  await expect(vms.getByText(vmsTexts.upStarts[language])).toBeVisible();
  await page.waitForTimeout(1500); // the connection has failed by now
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expectAccessible(page, 'VMs that are missing');
  await page.getByRole('button', { name: stagesTexts.plan[language], exact: true }).click();
  const plan = page.getByRole('dialog');
  await expect(plan.getByRole('heading', { name: new RegExp(`^${vmsTexts.title[language]}`) }).last()).toBeVisible();
  await expect(plan.getByText('this-computer').first()).toBeVisible();
  await expect(plan.getByText(vmsTexts.planned[language])).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(plan).toBeHidden();
}

/** What failed stands beside the VMs, with what to do, until the next run. */
async function startThatFails(page: Page, language: Language, libvirt: FakeLibvirt): Promise<void> {
  const vms = panel(page, language);
  const start = vms.getByRole('button', { name: vmsTexts.make[language], exact: true });
  const failures = [
    ['fail-pool-start', 'cannot open directory: Permission denied', /Permission denied/],
    ['fail-vol-create-as', 'cannot allocate: No space left on device', /No space left on device/],
    ['fail-start', 'unsupported configuration: CPU mode not supported', /CPU mode/],
  ] as const;
  for (const [file, said, shown] of failures) {
    libvirt.tell(file, said);
    await start
      .or(vms.getByRole('button', { name: vmsTexts.start[language], exact: true }))
      .first()
      .click();
    const alert = vms.getByRole('alert');
    await expect(alert).toContainText(shown);
    await expect(alert).toContainText(language === 'en' ? /./ : /。/); // and what to do
    libvirt.forget(file);
  }
  await expectAccessible(page, 'a start that failed');
}

/** Nothing answers at the addresses of VMs that are none: the run waits, and is stopped. */
async function startThatWaits(page: Page, language: Language, libvirt: FakeLibvirt): Promise<void> {
  const vms = panel(page, language);
  await page.getByRole('button', { name: stagesTexts.rollOutAll[language] }).click();
  const strip = page.getByRole('region', { name: labTexts.running.up[language] });
  await expect(strip.getByText(vmsTexts.title[language], { exact: true })).toBeVisible();
  await expect(strip.getByText(/^k8s-(?:master|worker1)\b.*SSH/)).toBeVisible({ timeout: 30_000 });
  expect(libvirt.all('domains')).toEqual(['hoplab-shortener-k8s-master', 'hoplab-shortener-k8s-worker1']);
  await strip.getByRole('button', { name: labTexts.stop[language], exact: true }).click();
  await expect(page.getByText(endWords.up.cancelled[language], { exact: true })).toBeVisible();
  await expect(vms.getByText(vmsTexts.states.running[language], { exact: true })).toHaveCount(2);
  await expect(vms.getByRole('button', { name: vmsTexts.setClocks[language] })).toBeEnabled();
}

async function keepAndRestore(page: Page, language: Language): Promise<void> {
  const vms = panel(page, language);
  const act = (text: { en: string; ja: string }) => vms.getByRole('button', { name: text[language], exact: true });
  await act(vmsTexts.stop).click();
  await expect(vms.getByText(vmsTexts.states.stopped[language], { exact: true })).toHaveCount(2);
  await expect(act(vmsTexts.start)).toBeEnabled();
  await act(vmsTexts.snapshot).click();
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel(vmsTexts.snapshotName[language]);
  await expect(name).toHaveValue('snapshot-1');
  await name.fill('Not A Name');
  await expect(dialog.getByText(vmsTexts.snapshotWrong[language])).toBeVisible();
  await name.fill('clean');
  await expectAccessible(page, 'a snapshot');
  await dialog.getByRole('button', { name: vmsTexts.take[language] }).click();
  await expect(page.getByText(endWords.snapshot.done[language], { exact: true })).toBeVisible();
  await act(vmsTexts.restore).click();
  await expect(dialog.getByText(vmsTexts.restoreAbout[language])).toBeVisible();
  await expect(dialog.getByText('clean')).toBeVisible();
  await dialog.getByRole('button', { name: vmsTexts.restoreNow[language], exact: true }).click();
  const strip = page.getByRole('region', { name: labTexts.running.restore[language] });
  await strip.getByRole('button', { name: labTexts.stop[language], exact: true }).click();
  await expect(page.getByText(endWords.restore.cancelled[language], { exact: true })).toBeVisible();
}

/** A VM of that name that is another's is left alone. */
async function leaveForeign(page: Page, language: Language, libvirt: FakeLibvirt): Promise<void> {
  const vms = panel(page, language);
  const label = 'domains/hoplab-shortener-k8s-master/label';
  const own = readFileSync(join(libvirt.folder, label), 'utf8');
  const refresh = vms.getByRole('button', { name: vmsTexts.refresh[language] });
  libvirt.tell(label, 'mine');
  await refresh.click();
  await expect(vms.getByText(`${vmsTexts.states.foreign[language]} (mine)`)).toBeVisible();
  await expect(vms.getByRole('button', { name: vmsTexts.delete[language] })).toBeDisabled();
  libvirt.tell(label, own);
  libvirt.tell('fail-list', 'cannot reach libvirt');
  await refresh.click();
  await expect(vms.getByRole('alert')).toContainText('cannot reach libvirt');
  libvirt.forget('fail-list');
  await refresh.click();
  await expect(vms.getByText(vmsTexts.states.foreign[language])).toHaveCount(0);
}

async function remove(page: Page, language: Language): Promise<void> {
  const vms = panel(page, language);
  await vms.getByRole('button', { name: vmsTexts.delete[language] }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('hoplab-shortener-k8s-master')).toBeVisible();
  await expect(dialog.getByText(vmsTexts.deleteAbout[language])).toBeVisible();
  await expectAccessible(page, 'deleting');
  await dialog.getByRole('button', { name: vmsTexts.deleteNow[language], exact: true }).click();
  await expect(page.getByText(endWords.delete.done[language], { exact: true })).toBeVisible();
  await expect(vms.getByText(vmsTexts.states.missing[language])).toHaveCount(2);
}
