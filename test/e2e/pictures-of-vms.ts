import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { formTexts } from '../../src-renderer/texts/form-texts.ts';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { vmsTexts } from '../../src-renderer/texts/vms-texts.ts';
import { openWindow } from './doors.ts';
import { canFake, FakeLibvirt } from './fake-libvirt.ts';
import type { Shot } from './pictures-of-recording.ts';

/** A lab on this computer, from what is missing to VMs that are to be deleted. */
export async function pictureVms(shot: Shot): Promise<void> {
  if (!canFake) return;
  await pictureLibvirt(shot);
  await pictureMultipass(shot);
}

async function pictureLibvirt({ taker, ...options }: Shot): Promise<void> {
  const libvirt = new FakeLibvirt();
  const { env, within } = libvirt;
  const { page, close } = await openWindow('browser', { ...options, env, within });
  const { language } = options;
  const take = taker(page);
  const dialog = page.getByRole('dialog');
  const vms = page.getByRole('region', { name: vmsTexts.title[language], exact: true });
  const button = (text: { en: string; ja: string }) => vms.getByRole('button', { name: text[language], exact: true });
  try {
    libvirt.tell('fail-uri', "Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied");
    await page.getByRole('button', { name: vmsTexts.create[language] }).click();
    await dialog.getByText(vmsTexts.lacks('libvirt')[language]).waitFor();
    await page.waitForTimeout(800);
    await take('vms-missing-parts');
    libvirt.forget('fail-uri');
    await dialog.getByRole('button', { name: vmsTexts.lookAgain[language] }).click();
    await dialog.getByLabel(vmsTexts.memory[language]).fill('1');
    await page.waitForTimeout(1000);
    await take('vms-new-problem');
    await dialog.getByLabel(vmsTexts.memory[language]).fill('2');
    await dialog.getByRole('radio', { name: vmsTexts.ownImage[language], exact: true }).click();
    await dialog.getByLabel(vmsTexts.imageFile[language]).fill(libvirt.image);
    await dialog.getByLabel(formTexts.file[language]).fill(join(libvirt.folder, 'lab', 'lab.yaml'));
    await dialog.getByTestId('planned-vms').waitFor();
    await take('vms-new');
    await dialog.getByRole('button', { name: vmsTexts.submit[language] }).click();
    await vms.getByText(vmsTexts.upStarts[language]).waitFor();
    await page.waitForTimeout(1500);
    await take('vms-not-made');
    await page.getByRole('button', { name: stagesTexts.plan[language], exact: true }).click();
    await dialog.getByText(vmsTexts.planned[language]).waitFor();
    await take('vms-plan');
    await page.keyboard.press('Escape');
    libvirt.tell('fail-vol-create-as', 'cannot allocate 20971520 bytes: No space left on device');
    await button(vmsTexts.make).click();
    await vms.getByRole('alert').waitFor();
    await take('vms-start-failed');
    libvirt.forget('fail-vol-create-as');
    await button(vmsTexts.make).click();
    const strip = page.getByRole('region', { name: labTexts.running.start[language] });
    await strip
      .getByText(/k8s-(?:master|worker1)/)
      .first()
      .waitFor();
    await page.waitForTimeout(3000);
    await take('vms-starting');
    await strip.getByRole('button', { name: labTexts.stop[language], exact: true }).click();
    await vms.getByText(vmsTexts.states.running[language], { exact: true }).first().waitFor();
    await take('vms-running');
    await page.getByRole('link', { name: /^(?:Run log|実行ログ)$/ }).click();
    await page.waitForTimeout(500);
    await take('vms-log');
    await page.goBack();
    await button(vmsTexts.snapshot).click();
    await take('vms-snapshot');
    await page.keyboard.press('Escape');
    await button(vmsTexts.delete).click();
    await take('vms-delete');
  } finally {
    await close();
    libvirt.close();
  }
}

/** The form for Multipass, whose network is not known before it has made a VM, and then is. */
async function pictureMultipass({ taker, ...options }: Shot): Promise<void> {
  const computer = new FakeLibvirt(['multipass']);
  const { env, within, folder } = computer;
  const { language } = options;
  const { page, close } = await openWindow('browser', { ...options, env, within });
  const take = taker(page);
  const dialog = page.getByRole('dialog');
  try {
    await page.getByRole('button', { name: vmsTexts.create[language] }).click();
    await dialog.getByRole('radio', { name: 'Multipass', exact: true }).click();
    await dialog.getByText('multipass launch').first().waitFor();
    await take('vms-multipass-network');
    mkdirSync(join(folder, 'multipass'));
    const primary = { state: 'Running', ipv4: '192.168.64.5', snapshots: {}, disk: 'an image' };
    writeFileSync(join(folder, 'multipass', 'primary.json'), JSON.stringify(primary));
    await dialog.getByRole('button', { name: vmsTexts.lookAgain[language] }).click();
    await dialog.getByTestId('planned-vms').getByText('192.168.64').first().waitFor();
    await take('vms-multipass');
  } finally {
    await close();
    computer.close();
  }
}
