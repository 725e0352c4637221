import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWords } from '../../src-main/contract/end-words.ts';
import { formTexts } from '../../src-renderer/texts/form-texts.ts';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { vmsTexts } from '../../src-renderer/texts/vms-texts.ts';
import { expectAccessible } from './axe.ts';
import { openWindow } from './doors.ts';
import { canFake, FakeLibvirt } from './fake-libvirt.ts';
import { expect, test } from './window.ts';

test('a lab on Multipass: its network is asked for, and a start corrects the addresses', async ({ door }) => {
  test.skip(door === 'desktop', 'the same page');
  test.skip(!canFake, 'SKIPPED: needs root, for a network of its own');
  test.slow();
  const language = 'en';
  const computer = new FakeLibvirt(['multipass']);
  const { env, within, folder } = computer;
  const { page, close } = await openWindow('browser', { width: 1280, height: 800, language, env, within });
  try {
    const file = join(folder, 'lab', 'lab.yaml');
    await page.getByRole('button', { name: vmsTexts.create[language] }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Multipass', exact: true }).click();
    await expect(dialog.getByText(/The network of Multipass on this computer is not known/)).toBeVisible();
    await expect(dialog.getByText(/The VIP is not reachable here/)).toBeVisible();
    await expectAccessible(page, 'a provider whose network is not known');

    mkdirSync(join(folder, 'multipass'));
    const primary = { state: 'Running', ipv4: '192.168.64.5', snapshots: {}, disk: 'an image' };
    writeFileSync(join(folder, 'multipass', 'primary.json'), JSON.stringify(primary));
    await dialog.getByRole('button', { name: vmsTexts.lookAgain[language] }).click();
    await dialog.getByLabel(vmsTexts.count[language]).fill('2');
    await dialog.getByRole('radio', { name: vmsTexts.ownImage[language], exact: true }).click();
    await dialog.getByLabel(vmsTexts.imageFile[language]).fill(computer.image);
    await dialog.getByLabel(formTexts.file[language]).fill(file);
    const planned = dialog.getByTestId('planned-vms');
    await expect(planned).toContainText('192.168.64.12');
    await dialog.getByRole('button', { name: vmsTexts.submit[language] }).click();

    const vms = page.getByRole('region', { name: vmsTexts.title[language], exact: true });
    await vms.getByRole('button', { name: vmsTexts.make[language], exact: true }).click();
    const strip = page.getByRole('region', { name: labTexts.running.start[language] });
    await expect(strip.getByText(/SSH/)).toBeVisible({ timeout: 60_000 }); // nothing answers there
    await strip.getByRole('button', { name: labTexts.stop[language], exact: true }).click();
    await expect(page.getByText(endWords.start.cancelled[language], { exact: true })).toBeVisible();
    expect(readFileSync(file, 'utf8')).toContain('address: 192.168.64.7 }');
    expect(readFileSync(file, 'utf8')).not.toContain('192.168.64.12');
    await expect(vms.getByText(vmsTexts.states.running[language], { exact: true })).toHaveCount(2);
    await expect(page.getByText(labTexts.closedElsewhere.title[language])).toHaveCount(0);
    await vms.getByRole('button', { name: vmsTexts.stop[language], exact: true }).click();
    await expect(vms.getByText(vmsTexts.states.stopped[language], { exact: true })).toHaveCount(2);
    // of the lab file, which was opened again
    await expect(page.getByRole('region', { name: 'k8s-worker1', exact: true })).toContainText('192.168.64.7');
  } finally {
    await close();
    computer.close();
  }
});
