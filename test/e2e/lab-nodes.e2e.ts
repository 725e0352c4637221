import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { endWords } from '../../src-main/contract/end-words.ts';
import { commonTexts } from '../../src-renderer/texts/common-texts.ts';
import { formTexts } from '../../src-renderer/texts/form-texts.ts';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { nodesTexts } from '../../src-renderer/texts/nodes-texts.ts';
import { withNodes } from '../machines/ssh2-answers.ts';
import { sample } from '../unit/topology/sampled-lab.ts';
import { answerAll } from './answer-all.ts';
import { expectAccessible } from './axe.ts';
import { openWindow } from './doors.ts';
import { PASSWORD, startSshLab, type SshLab } from './ssh-lab.ts';
import { hostKey } from './ssh-questions.ts';
import { addLab, expect, openRecording, test } from './window.ts';

type Language = 'en' | 'ja';

const WORKER2 = '192.168.2.12';

/** A cluster with its nodes, of which none is changed; addresses in `away` do not answer. */
async function clusterWithout(away: ReadonlySet<string>): Promise<SshLab> {
  return startSshLab(false, {
    isAway: (address) => away.has(address),
    exec: withNodes(sample('k-nodes.json')),
  });
}

for (const language of ['en', 'ja'] as const) {
  const onlyWithAll = language === 'en' ? { tag: '@all' } : {};
  test(
    `a node is added, and one that is gone is removed, in every window of the lab (${language})`,
    onlyWithAll,
    async ({ door }) => {
      test.skip(door === 'desktop', 'the same page');
      test.slow();
      const lab = await clusterWithout(new Set([WORKER2]));
      const opened = await openWindow('browser', { width: 1280, height: 800, language });
      const { page } = opened;
      try {
        await openLab(page, lab.file, language);
        const other = await page.context().newPage();
        await other.goto(page.url());
        await expect(column(other, 'k8s-worker2')).toBeVisible();
        await addWithMistakes(page, language);
        await addWorker(page, lab, language);
        for (const window of [page, other]) await expect(column(window, 'laptop')).toBeVisible();
        await expect(page.getByText(labTexts.away('k8s-worker2')[language])).toBeVisible();
        await keepControlPlane(page, language);
        await removeThatFails(page, lab, language);
        await removeGone(page, lab, language);
        for (const window of [page, other]) {
          await expect(column(window, 'laptop')).toBeVisible();
          await expect(column(window, 'k8s-worker2')).toHaveCount(0);
          await expect(window.getByText(labTexts.connected[language])).toBeVisible();
        }
        expect(readFileSync(lab.file, 'utf8')).not.toContain('k8s-worker2');
      } finally {
        await opened.close();
        await lab.close();
      }
    },
  );
}

test('the nodes of a recording stay', async ({ page }) => {
  await openRecording(page, 'en');
  await expect(page.getByRole('region', { name: 'k8s-worker2' })).toBeVisible();
  await expect(page.getByRole('button', { name: nodesTexts.add.en })).toHaveCount(0);
  await expect(page.getByRole('button', { name: nodesTexts.remove('k8s-worker2').en })).toHaveCount(0);
});

test('a shell on another node goes on when a node is added', async ({ page, window, door }) => {
  test.skip(door === 'desktop', 'the same page');
  const lab = await clusterWithout(new Set());
  try {
    await addLab(page, window, lab.file);
    await answerAll(page, PASSWORD);
    await page.getByRole('link', { name: 'Terminals' }).click();
    await page.getByRole('button', { name: 'Open a terminal on k8s-master' }).click();
    const shell = page.locator('.xterm-rows');
    await expect(shell).toContainText('node$');
    await page.getByRole('link', { name: 'Lab', exact: true }).click();
    await fillNode(page, 'en', { address: '192.168.2.13' });
    await page.getByRole('dialog').getByRole('button', { name: nodesTexts.write.en }).click();
    await expect(hostKey(page)).toContainText('k8s-worker3');
    await answerAll(page, PASSWORD);
    await expect(column(page, 'k8s-worker3')).toBeVisible();
    await page.getByRole('link', { name: 'Terminals' }).click();
    await page.locator('.xterm-screen').click();
    await page.keyboard.type('echo $((6 * 7))\n');
    await expect(shell).toContainText('42');
  } finally {
    await lab.close();
  }
});

const column = (page: Page, node: string) => page.getByRole('region', { name: node, exact: true });

async function openLab(page: Page, file: string, language: Language): Promise<void> {
  const text = (en: string, ja: string): string => (language === 'en' ? en : ja);
  await page.getByRole('button', { name: text('Open a lab file', 'ラボファイルを開く') }).click();
  await page.getByRole('dialog').getByRole('textbox').fill(file);
  await page.keyboard.press('Enter');
  await answerAll(page, PASSWORD, { language, end: labTexts.away('k8s-worker2')[language] });
}

async function fillNode(page: Page, language: Language, { address, name = '' }: { address: string; name?: string }) {
  const dialog = page.getByRole('dialog');
  if (!(await dialog.isVisible())) await page.getByRole('button', { name: nodesTexts.add[language] }).click();
  await dialog.getByLabel(nodesTexts.address[language]).fill(address);
  await dialog.getByLabel(formTexts.name[language], { exact: true }).fill(name);
}

/** Each stands beside its field, and nothing is written. */
async function addWithMistakes(page: Page, language: Language): Promise<void> {
  await page.getByRole('button', { name: nodesTexts.add[language] }).click();
  const dialog = page.getByRole('dialog');
  const address = dialog.getByLabel(nodesTexts.address[language]);
  const name = dialog.getByLabel(formTexts.name[language], { exact: true });
  const change = dialog.getByRole('region', { name: nodesTexts.change[language] });
  await expect(name).toHaveAttribute('placeholder', 'k8s-worker3');
  await expect(address).not.toHaveAttribute('aria-invalid');
  await dialog.getByRole('button', { name: nodesTexts.write[language] }).click();
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await address.fill(WORKER2);
  await expect(dialog.getByText(new RegExp(`${WORKER2.replaceAll('.', '\\.')}.*nodes\\[2\\]\\.address`))).toBeVisible();
  await name.fill('k8s-worker1');
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(change).toBeHidden();
  await expectAccessible(page, 'a node with mistakes');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

async function addWorker(page: Page, lab: SshLab, language: Language): Promise<void> {
  await fillNode(page, language, { address: '192.168.2.13', name: 'laptop' });
  const dialog = page.getByRole('dialog');
  const change = dialog.getByRole('region', { name: nodesTexts.change[language] });
  await expect(change).toContainText('+   - { name: laptop, role: worker, address: 192.168.2.13 }');
  await expect(change).toContainText(lab.file);
  await expectAccessible(page, 'a node before it is written');
  expect(readFileSync(lab.file, 'utf8')).not.toContain('laptop');
  await dialog.getByRole('button', { name: nodesTexts.writeAndRollOut[language] }).click();
  await expect(dialog).toBeHidden();
  expect(readFileSync(lab.file, 'utf8')).toContain('  - { name: laptop, role: worker, address: 192.168.2.13 }\n');
  await answerAll(page, PASSWORD, { language, end: endWords.up.failed[language] }); // the new one's host key; worker 2 is away
}

async function keepControlPlane(page: Page, language: Language): Promise<void> {
  await page.getByRole('button', { name: nodesTexts.remove('k8s-master')[language], exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText('hoplab reset');
  await expect(dialog.getByRole('button', { name: nodesTexts.removeNow[language] })).toHaveCount(0);
  await expectAccessible(page, 'the control plane stays');
  await dialog.getByRole('button', { name: commonTexts.close[language] }).last().click();
  await expect(dialog).toBeHidden();
}

async function removeThatFails(page: Page, lab: SshLab, language: Language): Promise<void> {
  await page.getByRole('button', { name: nodesTexts.remove('k8s-worker2')[language], exact: true }).click();
  const dialog = page.getByRole('dialog');
  for (const step of nodesTexts.steps) await expect(dialog.getByText(step[language])).toBeVisible();
  await expect(dialog.getByText(/^- .*k8s-worker2/)).toBeVisible();
  await expectAccessible(page, 'removing a node');
  await dialog.getByRole('button', { name: nodesTexts.removeNow[language] }).click();
  await expect(page.getByText(endWords['remove-node'].failed[language], { exact: true })).toBeVisible();
  expect(readFileSync(lab.file, 'utf8')).toContain('k8s-worker2');
}

async function removeGone(page: Page, lab: SshLab, language: Language): Promise<void> {
  await page.getByRole('button', { name: nodesTexts.gone[language] }).click();
  const dialog = page.getByRole('dialog');
  for (const one of nodesTexts.stays) await expect(dialog.getByText(one[language])).toBeVisible();
  await expectAccessible(page, 'a node that is gone');
  await dialog.getByRole('button', { name: commonTexts.cancel[language] }).click();
  expect(readFileSync(lab.file, 'utf8')).toContain('k8s-worker2');
  await page.getByRole('button', { name: nodesTexts.gone[language] }).click();
  await dialog.getByRole('button', { name: nodesTexts.goneNow[language] }).click();
}
