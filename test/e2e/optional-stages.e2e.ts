import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { nodesTexts } from '../../src-renderer/texts/nodes-texts.ts';
import { optionalTexts } from '../../src-renderer/texts/optional-texts.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { withNodes } from '../machines/ssh2-answers.ts';
import { sample } from '../unit/topology/sampled-lab.ts';
import { answerAll } from './answer-all.ts';
import { expectAccessible } from './axe.ts';
import { openWindow } from './doors.ts';
import { PASSWORD, startSshLab } from './ssh-lab.ts';
import { expect, openRecording, test } from './window.ts';

type Language = 'en' | 'ja';

for (const language of ['en', 'ja'] as const) {
  const onlyWithAll = language === 'ja' ? { tag: '@all' } : {};
  test(
    `stages that a lab has besides are chosen, and the weights by a slider (${language})`,
    onlyWithAll,
    async ({ door }) => {
      test.skip(door === 'desktop', 'the same page');
      test.slow();
      const lab = await startSshLab(false, { exec: withNodes(sample('k-nodes.json')) });
      const opened = await openWindow('browser', { width: 1280, height: 800, language });
      const { page } = opened;
      const written = () => readFileSync(lab.file, 'utf8');
      const shop = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: shop } }';
      writeFileSync(join(dirname(lab.file), 'shop.yaml'), shop);
      try {
        await openLab(page, lab.file, language);
        await expect(page.getByText(stagesTexts.progress(0, 11)[language].slice(2))).toBeVisible();
        const dialog = await choose(page, language);
        const change = dialog.getByRole('region', { name: nodesTexts.change[language] });
        const write = dialog.getByRole('button', { name: nodesTexts.write[language] });
        await expect(dialog.getByText(optionalTexts.unchanged[language])).toBeVisible();
        await expect(write).toBeDisabled();

        await dialog.getByRole('switch', { name: optionalTexts.split[language] }).click();
        await expect(change).toContainText('+ optional: { trafficSplit: { weight: 20 } }');
        const slider = dialog.getByRole('slider', { name: optionalTexts.weight[language] });
        await slider.focus();
        for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowRight');
        await expect(slider).toHaveAttribute('aria-valuetext', optionalTexts.shares(25)[language]);
        await expect(change).toContainText('+ optional: { trafficSplit: { weight: 25 } }');
        await expectAccessible(page, 'optional stages');
        expect(written()).not.toContain('optional');
        await write.click();
        await expect(dialog).toBeHidden();
        expect(written()).toMatch(/\noptional: \{ trafficSplit: \{ weight: 25 \} \}\n$/);
        await expect(page.locator('#stage-traffic-split')).toBeVisible();
        await expect(page.locator('#stage-header-routing')).toHaveCount(0);

        await page.locator('#stage-traffic-split').click();
        await page.getByRole('button', { name: optionalTexts.weights[language] }).click();
        await slider.focus();
        await page.keyboard.press('End');
        await dialog.getByRole('switch', { name: optionalTexts.routing[language] }).click();
        await expect(change).toContainText('+ optional: { trafficSplit: { weight: 100 }, headerRouting: true }');
        const trust = dialog.getByRole('switch', { name: optionalTexts.trust[language] });
        await expect(trust).toHaveCount(0);
        await dialog.getByRole('switch', { name: optionalTexts.tls[language], exact: true }).click();
        await trust.click();
        await expect(change).toContainText('headerRouting: true, tls: { trustOnClient: true } }');
        await dialog.getByRole('switch', { name: optionalTexts.proxy[language] }).click();
        await expect(change).toContainText('kubeProxyMode: nftables }');
        await dialog.getByRole('radio', { name: 'ipvs' }).click();
        await expect(change).toContainText('kubeProxyMode: ipvs }');
        await dialog.getByRole('radio', { name: 'nftables' }).click();
        await dialog.getByRole('button', { name: optionalTexts.addManifests[language] }).click();
        const manifests = dialog.getByLabel(optionalTexts.manifests(1)[language], { exact: true });
        await manifests.fill('./nowhere');
        await expect(dialog.getByText('nowhere', { exact: false }).first()).toBeVisible();
        await expect(change).toHaveCount(0);
        await manifests.fill('./shop.yaml');
        await expect(change).toContainText('+ apps: [ { manifests: ./shop.yaml } ]');
        await expectAccessible(page, 'all optional stages');
        await write.click();
        await expect(page.locator('#stage-header-routing')).toBeVisible();
        await expect(page.locator('#stage-tls')).toBeVisible();
        await expect(page.locator('#stage-kube-proxy-mode')).toBeVisible();
        await expect(page.locator('#stage-own-apps')).toBeVisible();

        await choose(page, language);
        await dialog.getByRole('button', { name: optionalTexts.removeManifests('./shop.yaml')[language] }).click();
        await expect(change).toContainText('+ apps: []');
        await write.click();
        await expect(page.locator('#stage-own-apps')).toHaveCount(0);

        writeFileSync(lab.file, written().replace(/\noptional:.*/, '\noptional:\n  headerRouting: true # for us\n'));
        await choose(page, language);
        await dialog.getByRole('switch', { name: optionalTexts.routing[language] }).click();
        await expect(dialog.getByRole('alert')).toContainText('optional');
        await expectAccessible(page, 'optional stages that cannot be written');
        expect(written()).toContain('headerRouting: true # for us');
      } finally {
        await opened.close();
        await lab.close();
      }
    },
  );
}

test('a recording has the stages that were recorded', async ({ page }) => {
  await openRecording(page, 'en');
  await expect(page.locator('#stage-header-routing')).toBeVisible();
  await expect(page.getByRole('button', { name: optionalTexts.open.en })).toHaveCount(0);
});

async function openLab(page: Page, file: string, language: Language): Promise<void> {
  const name = language === 'en' ? 'Open a lab file' : 'ラボファイルを開く';
  await page.getByRole('button', { name }).click();
  await page.getByRole('dialog').getByRole('textbox').fill(file);
  await page.keyboard.press('Enter');
  await answerAll(page, PASSWORD, { language });
}

async function choose(page: Page, language: Language) {
  await page.getByRole('button', { name: optionalTexts.open[language] }).click();
  return page.getByRole('dialog');
}
