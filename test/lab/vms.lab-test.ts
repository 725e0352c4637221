import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect as expectValue, test } from 'vitest';
import { expect, type Page } from '@playwright/test';
import { formTexts } from '../../src-renderer/texts/form-texts.ts';
import { labsTexts } from '../../src-renderer/texts/labs-texts.ts';
import { pathTexts } from '../../src-renderer/texts/path-texts.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { vmsTexts } from '../../src-renderer/texts/vms-texts.ts';
import { launchBrowser } from '../e2e/doors.ts';
import { words } from '../e2e/words.ts';
import { root } from '../set-up/built.ts';
import { allDone, hasGateway } from './gateway-images.ts';
import { bare, exec, type LabInfo } from './lab.ts';
import { commandOnClient, hoplabOnClient, installOnClient, ON_CLIENT } from './on-client.ts';
import { script } from './script.ts';
import { hasBrowser } from './window-on-lab.ts';
import { ALL, onlyWithAll } from './with-all.ts';

/** What Hoplab on the client machine finds there: the fake libvirt. */
const ENVIRONMENT = [`FAKE_LIBVIRT=${ON_CLIENT}/libvirt`, `PATH=${ON_CLIENT}/bin:/usr/sbin:/usr/bin`];
/** Milliseconds: VMs, the proof of the VIP and all stages. */
const ROLLED_OUT = 400_000;

onlyWithAll('a lab on this computer, in both languages, 6 minutes');

/**
 * The lab's client is the user's computer. Its libvirt is the fake one; what it starts is a machine of the lab, set up by the seed that
 * Hoplab made for it, at the address that was stated.
 */
describe.runIf(ALL && hasBrowser && hasGateway)('a lab on this computer, from the button to the name', () => {
  let close = async (): Promise<void> => undefined;
  afterEach(async () => {
    await close();
    await bare(); // the machines have their own addresses and users again
  });

  for (const language of ['en', 'ja'] as const) {
    test(language, async () => {
      const info = await bare();
      install(info);
      const opened = await openOnComputer(language);
      ({ close } = opened);
      const { page } = opened;
      const vms = language === 'en' ? 3 : 2;
      await createLab(page, language, vms);
      await addOverrides(page, language);
      await page.getByRole('button', { name: stagesTexts.rollOutAll[language] }).click();
      await expect(page.getByText(allDone[language])).toBeVisible({ timeout: ROLLED_OUT });
      await page.getByRole('link', { name: words[language].paths }).click();
      await page.getByLabel(pathTexts.target[language]).fill('http://url-shortener.staging.k8s.local/hostname');
      await page.getByRole('button', { name: pathTexts.follow[language], exact: true }).click();
      await expect(page.getByText(/HTTP 200/).first()).toBeVisible({ timeout: 60_000 });
      const answer = await exec('client', 'curl -s -m 5 http://url-shortener.staging.k8s.local/hostname');
      expectValue(answer.stdout).toMatch(/^shortener-service-/);
      if (vms === 3) await removeOne();
    });
  }
});

function install(info: LabInfo): void {
  const folder = installOnClient(info);
  mkdirSync(join(folder, 'libvirt'), { recursive: true });
  cpSync(join(root, 'test', 'fake-programs', 'libvirt'), join(folder, 'bin'), { recursive: true });
  cpSync(join(root, 'test', 'lab', 'vms', 'on-start'), join(folder, 'libvirt', 'on-start'));
  writeFileSync(join(folder, 'image.qcow2'), 'an image');
}

/** Hoplab runs on the client machine; the browser is this computer's, in the client's network. */
async function openOnComputer(language: 'en' | 'ja'): Promise<{ page: Page; close: () => Promise<void> }> {
  const command = commandOnClient([...ENVIRONMENT, `LC_ALL=${language === 'ja' ? 'ja_JP.UTF-8' : 'C.UTF-8'}`]);
  const args = ['exec', 'client', ...command, '--lang', language, 'serve', '--port', '0'];
  const served = spawn(script, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let link = '';
  for await (const line of createInterface({ input: served.stdout })) {
    link = /http:\/\/127\.0\.0\.1:\S+/.exec(line)?.[0] ?? '';
    if (link !== '') break;
  }
  const folder = mkdtempSync(join(tmpdir(), 'hoplab-vms-'));
  const browser = await launchBrowser([script, 'client'], folder);
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: language });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(link);
  return {
    page,
    close: async () => {
      await browser.close();
      served.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createLab(page: Page, language: 'en' | 'ja', vms: number): Promise<void> {
  await page.getByRole('button', { name: vmsTexts.create[language] }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(vmsTexts.ready('libvirt')[language])).toBeVisible();
  await dialog.getByLabel(vmsTexts.count[language]).fill(String(vms));
  await dialog.getByRole('radio', { name: vmsTexts.ownImage[language], exact: true }).click();
  await dialog.getByLabel(vmsTexts.imageFile[language]).fill(`${ON_CLIENT}/image.qcow2`);
  await dialog.getByRole('radio', { name: formTexts.bundle[language], exact: true }).click();
  await dialog.getByLabel(formTexts.bundlePlace[language]).fill(`${ON_CLIENT}/bundle`);
  await dialog.getByLabel(formTexts.file[language]).fill(`${ON_CLIENT}/lab.yaml`);
  await expect(dialog.getByTestId('planned-vms').getByRole('row')).toHaveCount(vms + 1);
  await dialog.getByRole('button', { name: vmsTexts.submit[language] }).click();
  await expect(page.locator('#stage-connect')).toBeVisible();
}

/** A worker leaves, and its VM with it; the others go on. */
async function removeOne(): Promise<void> {
  const hoplab = (command: string) => hoplabOnClient(command, ENVIRONMENT);
  const removed = await hoplab('node remove k8s-worker2 --yes');
  expectValue(removed.exitCode, removed.stdout + removed.stderr).toBe(0);
  const left = await exec(
    'client',
    `ls ${ON_CLIENT}/libvirt/domains; grep -c k8s-worker2 ${ON_CLIENT}/lab.yaml ${ON_CLIENT}/libvirt/networks/*/xml`,
  );
  expectValue(left.stdout.split('\n').slice(0, 2)).toEqual([
    'hoplab-shortener-k8s-master',
    'hoplab-shortener-k8s-worker1',
  ]);
  expectValue(left.stdout).not.toMatch(/:[1-9]/);
  expectValue((await hoplab('plan')).stdout).toContain('0 changes');
}

/** What only the lab's machines need, since they are containers, is written into the lab file in the window. */
async function addOverrides(page: Page, language: 'en' | 'ja'): Promise<void> {
  await page.getByRole('link', { name: `Hoplab: ${labsTexts.title[language]}` }).click();
  await page.getByRole('button', { name: labsTexts.edit('shortener')[language] }).click();
  const dialog = page.getByRole('dialog');
  const text = dialog.getByLabel(labsTexts.text[language]);
  await expect(text).toHaveValue(/machines:/); // it is read from the file first
  await text.fill(`${await text.inputValue()}\noverrides: { kubeadm: ${ON_CLIENT}/overrides.yaml }\n`);
  await dialog.getByRole('button', { name: labsTexts.save[language], exact: true }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: `${ON_CLIENT}/lab.yaml` }).click();
}
