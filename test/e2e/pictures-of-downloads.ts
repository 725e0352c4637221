import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWords } from '../../src-main/contract/end-words.ts';
import { PageServer } from '../../src-main/browser/page-server.ts';
import type { RolloutEvent } from '../../src-main/contract/events.ts';
import { labIdSchema } from '../../src-main/contract/labs.ts';
import { verbatim } from '../../src-main/contract/text.ts';
import { Engine } from '../../src-main/engine/engine.ts';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { root } from '../set-up/built.ts';
import { keepExampleIndex } from '../unit/keep-example-index.ts';
import { launchBrowser, openWindow } from './doors.ts';
import { askedAndAnswered } from './pictures-of-own-lab.ts';
import type { Shot } from './pictures-of-recording.ts';
import { startSshLab } from './ssh-lab.ts';
import { words } from './words.ts';

/** What is to be downloaded, as the plan of a lab that is installed online says it; and downloads that are under way. */
export async function pictureDownloads(shot: Shot): Promise<void> {
  await planned(shot);
  await underWay(shot);
}

async function planned({ taker, ...options }: Shot): Promise<void> {
  const { language } = options;
  const lab = await startSshLab(true);
  const { page, home, close } = await openWindow('browser', options);
  try {
    await page.getByRole('button', { name: words[language].recording }).waitFor();
    await page.keyboard.press('Control+o');
    await page.getByRole('dialog').locator('input').fill(lab.file);
    await page.keyboard.press('Enter');
    await askedAndAnswered(page, async () => undefined, language);
    await keepExampleIndex(home);
    await page.getByRole('button', { name: stagesTexts.plan[language], exact: true }).click();
    await page.getByTestId('planned-downloads').waitFor();
    await taker(page)('plan-downloads');
  } finally {
    await close();
    await lab.close();
  }
}

/** A rollout of the recording, which downloads nothing and proves no VIP, is told of downloads and of such a proof. */
async function underWay({ taker, language, ...viewport }: Shot): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'hoplab-e2e-'));
  const engine = new Engine({ home, door: 'browser' });
  let link = '';
  const onLink = (told: string): void => void (link = told);
  const server = new PageServer({ engine, folder: join(root, 'out', 'renderer'), port: 0, onLink });
  const browser = await launchBrowser();
  try {
    await engine.changeSettings({ language });
    await server.listen();
    const page = await browser.newPage({ viewport, locale: language });
    await page.goto(link);
    await page.getByRole('button', { name: words[language].recording }).click();
    await page.getByRole('radio', { name: labTexts.realTime[language] }).click();
    await page.waitForTimeout(1500);
    const run = (await engine.lab(labIdSchema.parse('recording'))).start({ verb: 'up' });
    const current = ['kubelet v1.37.1', 'registry.k8s.io/kube-apiserver:v1.37.1'];
    const all = { event: 'download-progress', total: 1_340_000_000, rate: 11_400_000 } as const;
    run.log.add({ ...all, time: new Date().toISOString(), bytes: 412_000_000, remaining: 81, current });
    await page.getByTestId('download').waitFor();
    await taker(page)('downloading');
    await run.cancel();
    for (const event of provenVip) run.log.add({ ...event, time: new Date().toISOString() });
    await page.locator('header a[href$="log"]').click();
    await page.getByText(endWords['prove-vip'].done[language], { exact: true }).first().waitFor();
    await taker(page)('vip-proved');
  } finally {
    await browser.close();
    await server.close();
    await engine.close();
    await rm(home, { recursive: true, force: true });
  }
}

const PROVED = '192.168.2.201';

/** What a proof of the VIP tells where it succeeds. */
const provenVip: readonly RolloutEvent[] = [
  {
    event: 'rollout-started',
    rollout: 'proof',
    lab: 'shortener',
    verb: 'prove-vip',
    stages: ['prove-vip'],
    hoplab: '0.1.0',
  },
  ...['k8s-worker1', 'k8s-worker2'].map((node) => ({
    event: 'check-finished' as const,
    stage: 'prove-vip',
    check: `reached-at-${node}`,
    machine: 'client',
    sentence: {
      en: `${PROVED} leads this computer to ${node}`,
      ja: `${PROVED} でこのコンピューターから ${node} に届く`,
    },
    status: 'passed' as const,
    expected: verbatim(node),
    actual: verbatim(node),
    meaning: verbatim(''),
    evidence: [],
    duration: 420,
  })),
  {
    event: 'rollout-finished',
    status: 'done',
    changes: 4,
    checks: { passed: 5, failed: 0, notApplicable: 0 },
    halfDone: [],
    duration: 6100,
  },
];
