import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonTexts } from '../../src-renderer/texts/common-texts.ts';
import { formTexts } from '../../src-renderer/texts/form-texts.ts';
import { endWords } from '../../src-main/contract/end-words.ts';
import { kubeconfigTexts } from '../../src-renderer/texts/kubeconfig-texts.ts';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { nodesTexts } from '../../src-renderer/texts/nodes-texts.ts';
import { optionalTexts } from '../../src-renderer/texts/optional-texts.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { withNodes } from '../machines/ssh2-answers.ts';
import { sample } from '../unit/topology/sampled-lab.ts';
import { answerAll } from './answer-all.ts';
import { openWindow } from './doors.ts';
import { isNarrow, part, type Shot } from './pictures-of-recording.ts';
import { PASSWORD, startSshLab } from './ssh-lab.ts';
import { words } from './words.ts';

const SSH_CONFIG = `Host cp
  HostName 192.0.2.10
  User taro
  IdentityFile ~/.ssh/lab
  ProxyJump gate
Host gate
  HostName 192.0.2.1
`;

/** Nodes that come and go, the context for kubectl, the optional stages, the proof of the VIP, and an alias of ~/.ssh/config in the form for a new lab. */
export async function pictureNodes({ taker, ...options }: Shot): Promise<void> {
  const { language } = options;
  const away = new Set(['192.168.2.12']);
  const isAway = (address: string): boolean => away.has(address);
  const lab = await startSshLab(false, { isAway, exec: withNodes(sample('k-nodes.json')) });
  const user = mkdtempSync(join(tmpdir(), 'hoplab-e2e-user-'));
  mkdirSync(join(user, '.ssh'));
  writeFileSync(join(user, '.ssh', 'config'), SSH_CONFIG);
  const { page, close } = await openWindow('browser', { ...options, env: { HOME: user } });
  const take = taker(page);
  const taking = { page, language, narrow: isNarrow(options.width) };
  const dialog = page.getByRole('dialog');
  const press = (text: { en: string; ja: string }): Promise<void> =>
    page.getByRole('button', { name: text[language], exact: true }).first().click();
  try {
    await page.getByRole('button', { name: words[language].recording }).waitFor();
    await page.keyboard.press('Control+n');
    await dialog.getByLabel(formTexts.controlPlane[language]).fill('cp');
    await dialog.getByText('192.0.2.10').waitFor();
    await take('new-lab-alias');
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+o');
    await dialog.locator('input').fill(lab.file);
    await page.keyboard.press('Enter');
    await answerAll(page, PASSWORD, { language, end: labTexts.away('k8s-worker2')[language] });
    await part(taking, 'topology');
    await press(nodesTexts.add);
    await take('node-add');
    await dialog.getByLabel(nodesTexts.address[language]).fill('192.168.2.12');
    await dialog.getByText(/nodes\[2\]/).waitFor();
    await take('node-add-problem');
    await dialog.getByLabel(nodesTexts.address[language]).fill('192.168.2.13');
    await dialog.getByRole('region', { name: nodesTexts.change[language] }).waitFor();
    await page.waitForTimeout(1500);
    await take('node-add-change');
    await page.keyboard.press('Escape');

    await press(nodesTexts.remove('k8s-master'));
    await dialog.getByRole('alert').waitFor();
    await take('node-stays');
    await page.keyboard.press('Escape');
    await press(nodesTexts.remove('k8s-worker2'));
    await dialog.getByText(/^- .*k8s-worker2/).waitFor();
    await take('node-remove');
    await dialog.getByRole('button', { name: nodesTexts.removeNow[language] }).click();
    await page.getByText(endWords['remove-node'].failed[language], { exact: true }).waitFor();
    await take('node-remove-failed');
    await part(taking, 'stages');
    await press(nodesTexts.gone);
    await dialog.getByText(nodesTexts.stays[0][language]).waitFor();
    await take('node-gone');
    await dialog.getByRole('button', { name: commonTexts.cancel[language] }).click();

    await press(kubeconfigTexts.open);
    await take('kubectl');
    await dialog.getByRole('button', { name: kubeconfigTexts.write[language] }).click();
    await dialog.getByRole('alert').waitFor();
    await take('kubectl-failed');
    await page.keyboard.press('Escape');
    await press(optionalTexts.open);
    await dialog.getByRole('switch', { name: optionalTexts.split[language] }).click();
    await dialog.getByRole('switch', { name: optionalTexts.tls[language], exact: true }).click();
    await dialog.getByText('tls: {').waitFor();
    await take('node-optional-stages');
    await page.keyboard.press('Escape');
    await press(stagesTexts.proveVip);
    await page.getByText(endWords['prove-vip'].failed[language], { exact: true }).first().waitFor();
    await take('prove-vip-failed');
  } finally {
    await close();
    await lab.close();
    await rm(user, { recursive: true, force: true });
  }
}
