import type { Page } from '@playwright/test';
import { checklistTexts } from '../../src-renderer/texts/checklist-texts.ts';
import { formTexts } from '../../src-renderer/texts/form-texts.ts';
import { labTexts } from '../../src-renderer/texts/lab-texts.ts';
import { logTexts } from '../../src-renderer/texts/log-texts.ts';
import { pathTexts } from '../../src-renderer/texts/path-texts.ts';
import { rulesTexts } from '../../src-renderer/texts/rules-texts.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { topologyTexts } from '../../src-renderer/texts/topology-texts.ts';
import { keepPaths, observedPath, seriesOfPaths, stoppedPath } from '../sample-paths/sample-paths.ts';
import { openWindow, type WindowOptions } from './doors.ts';
import { unfold } from './unfold.ts';
import { words } from './words.ts';

/** How pictures are taken. */
export interface Shot extends WindowOptions {
  readonly taker: (page: Page) => (name: string) => Promise<void>;
}

interface Taking {
  readonly page: Page;
  readonly take: (name: string) => Promise<void>;
  readonly language: 'en' | 'ja';
  /** The window shows one of stages, picture and checks at a time. */
  readonly narrow: boolean;
}

/** The list of labs, the recording from bare machines to the end, its paths, and what a stranger sees. */
export async function pictureRecording({ taker, ...options }: Shot): Promise<void> {
  const { page, close, home } = await openWindow('browser', options);
  const { language, width } = options;
  const say = words[language];
  const taking = { page, take: taker(page), language, narrow: isNarrow(width) };
  keepPaths(home, [observedPath(), stoppedPath()]);
  keepPaths(home, seriesOfPaths(), 'series');
  try {
    await page.getByRole('button', { name: say.recording }).waitFor();
    await labs(taking);
    await page.getByRole('button', { name: say.recording }).click();
    await page.getByRole('button', { name: say.all }).waitFor();
    await rollOut(taking);
    await part(taking, 'checks');
    await checks(taking);
    await part(taking, 'topology');
    await picture(taking);
    await otherScreens(taking);
    await paths(taking);
    const strange = await page.context().browser()?.newPage({ locale: language });
    await strange?.goto(new URL(page.url()).origin);
    await strange?.waitForTimeout(1000);
    if (strange) await taker(strange)('stranger');
  } finally {
    await close();
  }
}

async function labs({ page, take, language }: Taking): Promise<void> {
  const dialog = page.getByRole('dialog');
  await take('labs');
  await page.keyboard.press('Control+o');
  await dialog.waitFor();
  await take('open-file');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+n');
  await dialog.waitFor();
  await take('new-lab');
  const source = dialog.getByRole('radio', { name: formTexts.bundle[language] });
  await source.scrollIntoViewIfNeeded();
  await take('new-lab-online');
  await source.click();
  await dialog.getByLabel(formTexts.bundlePlace[language]).scrollIntoViewIfNeeded();
  await take('new-lab-bundle');
  await dialog.getByLabel(formTexts.controlPlane[language]).fill('192.168.2.300');
  await dialog.getByRole('button', { name: formTexts.write[language] }).click();
  await page.waitForTimeout(1000);
  await take('new-lab-problems');
  await page.keyboard.press('Escape');
}

async function rollOut({ page, take, language, narrow }: Taking): Promise<void> {
  const dialog = page.getByRole('dialog');
  await page.waitForTimeout(1500);
  await take('lab-before');
  await part({ page, language, narrow }, 'topology');
  await take('picture-before');
  await part({ page, language, narrow }, 'stages');
  await page.getByRole('button', { name: stagesTexts.plan[language], exact: true }).click();
  await dialog.getByRole('listitem').first().waitFor();
  await take('plan');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: stagesTexts.rollOutAll[language] }).click();
  await page.getByText(labTexts.stop[language], { exact: true }).waitFor();
  await page.waitForTimeout(2500);
  await take('rolling-out');
  await page.getByText(words[language].done).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(300);
  await take('rolled-out');
  await page.locator('#stage-metallb').click();
  await page.getByRole('button', { name: stagesTexts.undo[language], exact: true }).click();
  await dialog.waitFor();
  await take('undo');
  await page.keyboard.press('Escape');
  await page.waitForTimeout(7000); // until the last message is gone
}

/** Whether the lab's screen shows one part at a time. */
export function isNarrow(width: number): boolean {
  return width < 980;
}

/** Opens a part of the lab's screen; where there is room, all of them are there. */
export async function part(
  { page, language, narrow }: Pick<Taking, 'page' | 'language' | 'narrow'>,
  name: 'stages' | 'topology' | 'checks',
): Promise<void> {
  if (!narrow) return;
  const titles = { stages: stagesTexts.title, topology: topologyTexts.title, checks: checklistTexts.title };
  await page.getByRole('radio', { name: titles[name][language], exact: true }).click();
  await page.waitForTimeout(300);
}

async function checks({ page, take, language, narrow }: Taking): Promise<void> {
  for (const stage of [
    'node-port',
    'metallb',
    'gateway',
    'client-resolver',
    'traffic-split',
    'header-routing',
    'tls',
    'own-apps',
    'kube-proxy-mode',
  ]) {
    await part({ page, language, narrow }, 'stages');
    await page.locator(`#stage-${stage}`).click();
    await part({ page, language, narrow }, 'checks');
    await take(`stage-${stage}`);
  }
  await page.getByRole('article').first().getByRole('button').first().click();
  await take('check');
}

async function picture({ page, take, language }: Taking): Promise<void> {
  const topology = page.getByRole('region', { name: topologyTexts.title[language] });
  await take('picture');
  for (const chain of await topology.locator('section section button[aria-expanded=false]').all()) {
    if (await chain.isVisible()) await chain.press('Enter');
  }
  await take('picture-unfolded');
  await topology.getByRole('combobox', { name: topologyTexts.find[language] }).fill('short');
  await take('picture-search');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(500);
  await take('picture-found');
  await topology.getByRole('radio', { name: topologyTexts.overview[language] }).click();
  await take('picture-overview');
  await topology.getByRole('radio', { name: topologyTexts.columns[language] }).click();
  await topology
    .getByRole('button', { name: /^10\.244\.\d+\.1$/ })
    .first()
    .press('Enter');
  await page.locator('mark').first().waitFor();
  await take('evidence');
  await page.keyboard.press('Escape');
  await topology.locator('[data-field="match"][data-value="192.168.2.200:80"]').first().press('Enter');
  await page.getByRole('button', { name: rulesTexts.open[language] }).waitFor();
  await take('evidence-of-rule');
  await page.getByRole('button', { name: rulesTexts.open[language] }).click();
  await page.getByRole('columnheader').first().waitFor();
  await take('rules-of-service');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await take('palette');
  await page.keyboard.type('xyzzy');
  await take('palette-nothing');
  await page.keyboard.press('Escape');
}

async function otherScreens({ page, take, language }: Taking): Promise<void> {
  for (const screen of ['log', 'terminals'] as const) {
    await page.locator(`header a[href$="${screen}"]`).click();
    await page.waitForTimeout(300);
    await take(screen);
    if (screen === 'log') await log({ page, take, language });
  }
  await page.locator('main').getByRole('button').last().click();
  await page.getByRole('menuitem').first().click();
  await page.waitForTimeout(500);
  await take('terminal-refused');
  await page.locator('header a[href$="settings"]').click();
  await take('settings');
  await page.locator('main table').last().scrollIntoViewIfNeeded();
  await take('settings-components');
  await page.goBack();
}

async function log({ page, take, language }: Omit<Taking, 'narrow'>): Promise<void> {
  await page.getByRole('combobox', { name: logTexts.rollout[language] }).click();
  await take('log-journals');
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox').fill('kubeadm');
  await page.waitForTimeout(300);
  await take('log-search');
  await page.getByRole('searchbox').fill('xyzzy');
  await page.waitForTimeout(300);
  await take('log-nothing');
}

/** A path that was answered, at the hops that change the packet; one that stopped; two side by side; one that is predicted. */
async function paths(taking: Taking): Promise<void> {
  const { page, take, language } = taking;
  await page.locator('header a[href$="paths"]').click();
  const kept = page.locator('tbody th button');
  const back = page.getByRole('button', { name: pathTexts.back[language] });
  await kept.first().waitFor();
  await take('paths');
  await kept.last().click();
  await ended(taking);
  await take('path-folded');
  await atHops(taking);
  await back.click();
  await kept.first().click();
  await ended(taking);
  await take('path-spread');
  await unfold(page);
  await page.locator('[data-hop]').last().click();
  await take('path-stopped');
  await page.locator('main header [role=combobox]').click();
  await page.getByRole('option').last().click();
  await page.locator('tr[data-differs]').first().scrollIntoViewIfNeeded();
  await take('path-compared');
  await page.locator('main header button').first().click();
  await follow(taking);
}

/** Shows the hops, where they are not beside the picture, and waits for the last. */
async function ended({ page, language, narrow }: Taking): Promise<void> {
  if (narrow) await page.getByRole('radio', { name: pathTexts.list[language], exact: true }).first().click();
  await page.locator('[data-path-end]').waitFor();
}

async function atHops({ page, take, narrow }: Taking): Promise<void> {
  for (const [hop, name] of [
    ['name.12', 'path-name'],
    ['request.8', 'path-dnat'],
    ['request.17', 'path-overlay'],
    ['back.2', 'path-back'],
  ] as const) {
    await page.locator('[data-side]').waitFor();
    await unfold(page);
    await page.locator(`[data-hop="${hop}"]`).click();
    await take(name);
    if (narrow) await pictureOf(page, () => take(`${name}-picture`));
  }
  const [hops, story] = await page.locator('[data-side] [role=radio]').all();
  await story?.click();
  await take('path-story');
  await hops?.click();
}

/** In a narrow window, the picture of the path for a moment. */
async function pictureOf(page: Page, work: () => Promise<void>): Promise<void> {
  const [shown, list] = await page.locator('main [role=radiogroup]').first().getByRole('radio').all();
  await shown?.click();
  await work();
  await list?.click();
}

/** What the recording has: a request that was traced, one that stopped, one that is predicted, one that is none. */
async function follow(taking: Taking): Promise<void> {
  const { page, take, language } = taking;
  const back = page.getByRole('button', { name: pathTexts.back[language] });
  const field = page.locator('main form input').first();
  for (const [button, name] of [
    [pathTexts.follow, 'path-observed'],
    [pathTexts.predict, 'path-predicted'],
  ] as const) {
    await field.fill('https://url-shortener.staging.k8s.local/');
    await page.getByRole('button', { name: button[language], exact: true }).click();
    await ended(taking);
    await take(name);
    await back.click();
  }
  await page.getByRole('button', { name: /UDP 8472/ }).click();
  await ended(taking);
  await page.keyboard.press('End');
  await take('path-broken');
  await back.click();
  await field.fill('no target');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').first().waitFor();
  await take('path-refused');
}
