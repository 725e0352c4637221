import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { keepPaths, observedPath, seriesOfPaths, stoppedPath } from '../sample-paths/sample-paths.ts';
import { expectAccessible } from './axe.ts';
import { unfold } from './unfold.ts';
import { expect, openRecording, rollOutAtOnce, test } from './window.ts';

const target = 'http://url-shortener.staging.k8s.local/hostname';

/** Opens the screen with paths that were kept before, and one of them; the newest is the first. */
async function openKept(page: Page, index?: number): Promise<void> {
  await openRecording(page, 'en');
  await page.getByRole('link', { name: 'Paths' }).click();
  if (index === undefined) return;
  await page
    .getByRole('button', { name: `Open the path of ${target}` })
    .nth(index)
    .click();
  await expect(page.getByRole('heading', { name: target })).toBeVisible();
}

test('a kept path is walked by keyboard, and the header table changes with the hop', async ({ page, window }) => {
  keepPaths(window.home, [observedPath()]);
  await openKept(page, 0);
  const now = page.locator('[data-now]');
  const changed = page.locator('[data-header-table] tr[data-changed]');
  await expect(now).toContainText("The client's resolver sends names below k8s.local");
  await expect(changed).toHaveCount(0);
  for (let hop = 1; hop < 12; hop += 1) {
    await page.keyboard.press('ArrowRight');
    const below = await page.evaluate('document.documentElement.scrollHeight - window.innerHeight');
    expect(below).toBe(0); // wherever the packet is, the picture is scrolled and the window never
  }
  await expect(now).toContainText('rewrites the destination to 10.244.0.3:53 (DNAT)');
  await expect(changed).toHaveCount(2);
  await expect(changed.first()).toContainText('192.168.2.10');
  await expect(changed.first()).toContainText('10.244.0.3');
  await expect(page.locator('[data-packet-box]')).toHaveCount(1);
  await expect(page.locator('[aria-current=step]')).toContainText('nat KUBE-SEP-3Z5KIOYOSG3XGGSV');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('[aria-current=step]')).toContainText('nat KUBE-SVC-BBCCAN4HF6JS6NK7');
  await expect(page.getByRole('table', { name: 'Branches' })).toContainText('50 %');
  await page.keyboard.press('End');
  await expect(now).toContainText('The answer arrives at the client');
  await unfold(page);
  await page.locator('[data-hop="request.2"]').click();
  await expect(now).toContainText('k8s-worker2 answers ARP');
});

test('the story is told step by step, with the hops of this path beside it', async ({ page, window }) => {
  keepPaths(window.home, [observedPath()]);
  await openKept(page, 0);
  await unfold(page);
  await page.locator('[data-hop="request.8"]').click();
  await expect(page.getByRole('blockquote')).toContainText('KUBE-SEP: DNAT');
  await page.getByRole('radio', { name: 'Story' }).click();
  const whole = page.getByRole('region', { name: '§5.6 The whole path' });
  await expect(whole.getByRole('listitem')).toHaveCount(9);
  const translated = whole.getByRole('listitem').nth(1);
  await expect(translated).toContainText('②');
  await expect(translated.locator('[aria-current=step]')).toContainText(
    /192\.168\.2\.200:80 {2}⇒ .* → 10\.244\.\d+\.\d+:80/,
  );
  await whole.getByRole('listitem').nth(8).getByRole('button').first().click();
  await expect(page.locator('[data-now]')).toContainText('conntrack');
  await expectAccessible(page, 'story');
});

test('a path that was exported elsewhere is opened, and compared with one of here', async ({ page, window }) => {
  keepPaths(window.home, [observedPath()]);
  await openRecording(page, 'en');
  await page.getByRole('link', { name: 'Paths' }).click();
  const file = (text: string) => ({ name: 'path.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  const picker = page.getByLabel('Open a path file');
  await picker.setInputFiles(file('no path'));
  await expect(page.getByText('This file is not a path')).toBeVisible();
  await picker.setInputFiles(file(JSON.stringify(stoppedPath())));
  await expect(page.getByRole('heading', { name: stoppedPath().target })).toBeVisible();
  await page.getByRole('combobox', { name: 'Compare' }).click();
  await page.getByRole('option').nth(1).click();
  await expect(page.getByRole('columnheader', { name: 'from 192.168.2.50' })).toHaveCount(2);
});

test('the command of a hop is opened in a terminal where it ran', async ({ page, window }) => {
  keepPaths(window.home, [observedPath()]);
  await openKept(page, 0);
  await unfold(page);
  await page.locator('[data-hop="request.2"]').click();
  await page.getByRole('button', { name: 'Open in a terminal' }).first().click();
  await expect(page.getByText('A recording has no machines to log in to')).toBeVisible();
});

test('space plays and pauses; with reduced motion the packet is only stepped', async ({ page, window }) => {
  keepPaths(window.home, [observedPath()]);
  await openKept(page, 0);
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(page.locator('[data-now]')).toContainText('The client sends 192.168.2.10 out by eth0');
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(page.getByRole('button', { name: 'Play' })).toBeHidden();
  await page.keyboard.press('Home');
  await expect(page.locator('[data-now]')).toContainText("The client's resolver sends names");
});

test('where a path stopped is marked and named, with what to do', async ({ page, window }) => {
  keepPaths(window.home, [stoppedPath()]);
  await openKept(page, 0);
  await expect(page.locator('[data-path-end]')).toContainText('VXLAN is blocked');
  await expect(page.locator('[data-path-end]')).toContainText('Allow UDP 8472 between the nodes.');
  await page.keyboard.press('End');
  await expect(page.locator('[data-died]')).toHaveText('The path ends here: VXLAN is blocked');
  await expect(page.locator('[data-dead-end]')).toContainText('VXLAN is blocked');
});

test('two paths are compared, and one that is deleted is gone', async ({ page, window }) => {
  keepPaths(window.home, [observedPath(), stoppedPath()]);
  await openKept(page, 1);
  await page.getByRole('combobox', { name: 'Compare' }).click();
  await page.getByRole('option', { name: target }).click();
  await expect(page.getByText('12 rows differ')).toBeVisible();
  await expect(page.locator('tr[data-differs="only in the first"]')).toHaveCount(12);
  await page.getByRole('button', { name: 'All paths' }).click();
  await page
    .getByRole('button', { name: `Delete the path of ${target}` })
    .first()
    .click();
  await expect(page.getByRole('button', { name: `Open the path of ${target}` })).toHaveCount(1);
});

test('requests that were made together tell how they spread', async ({ page, window }) => {
  keepPaths(window.home, seriesOfPaths(), 'series');
  await openKept(page, 0);
  const spread = page.getByRole('table', { name: 'Distribution of the requests' });
  await expect(spread).toContainText('3 requests, 1 unanswered');
  await expect(spread.getByRole('row', { name: '10.244.1.3:8080' })).toContainText('33.3 %');
  await page.getByRole('button', { name: /^Request 1 k8s-worker2 \+17\.78 ms/ }).click();
  await expect(page.locator('[data-path-end]')).toContainText('Answered: HTTP 200');
});

test('a path is exported in three formats', async ({ page, window, door }) => {
  test.skip(door === 'desktop', 'the desktop window asks where to');
  keepPaths(window.home, [observedPath()]);
  await openKept(page, 0);
  for (const [format, start] of [
    ['Markdown', '# `http'],
    ['JSON', '{\n  "target"'],
    ['SVG', '<svg '],
  ] as const) {
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: `Export as ${format}` }).click();
    const text = await readFile(await (await downloading).path(), 'utf8');
    expect(text.startsWith(start)).toBe(true);
  }
});

test('on the recording a request is followed with one click, as the kernels told of it then', async ({ page }) => {
  await openRecording(page, 'en');
  await rollOutAtOnce(page);
  await page.getByRole('link', { name: 'Paths' }).click();
  await page.getByRole('button', { name: 'https://url-shortener.staging.k8s.local/', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'https://url-shortener.staging.k8s.local/' })).toBeVisible();
  await expect(page.getByText(/^Recording of /)).toBeVisible();
  await expect(page.locator('[data-path-end]')).toContainText('Answered: HTTP 200');
  const parts = page.locator('[data-side] li > button[aria-expanded]').filter({ hasText: 'k8s-worker' });
  await expect(parts.filter({ hasText: 'Observed' }).first()).toBeVisible();
  await unfold(page);
  await page.locator('[data-hop]', { hasText: 'kube-proxy' }).first().click();
  await expect(page.locator('[data-side]')).toContainText(/trace id [0-9a-f]+ ip kube-proxy/);

  await page.getByRole('button', { name: 'All paths' }).click();
  await page.getByRole('button', { name: /UDP 8472 was blocked between the nodes/ }).click();
  await expect(page.getByText('While this was recorded: UDP 8472 was blocked between the nodes.')).toBeVisible();
  await expect(page.locator('[data-died]')).toHaveText('The path ends here: VXLAN is blocked');
});

test('on the recording a path that was not followed then is predicted, labelled, and says so', async ({ page }) => {
  await openKept(page);
  await page.getByRole('button', { name: 'k8s-master:30080', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'k8s-master:30080' })).toBeVisible();
  await expect(page.getByText(/^Recording of /)).toBeVisible();
  await expect(page.getByText('in which this request was not made')).toBeVisible();
  await page.getByLabel('Target').fill('no target');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('"no target" is not a valid target. Valid forms:');
});

test('axe finds nothing on a path, its comparison and the list', async ({ page, window, door }) => {
  test.skip(door === 'desktop', 'the same page');
  keepPaths(window.home, [observedPath()]);
  keepPaths(window.home, seriesOfPaths(), 'series');
  await openKept(page);
  await expectAccessible(page, 'list');
  await page
    .getByRole('button', { name: `Open the path of ${target}` })
    .first()
    .click();
  for (let hop = 0; hop < 10; hop += 1) await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-packet-box]')).toHaveCount(1);
  await expectAccessible(page, 'path');
  await page.keyboard.press('End');
  await expectAccessible(page, 'dead end');
  await page.getByRole('combobox', { name: 'Compare' }).click();
  await page.getByRole('option', { name: target }).last().click();
  await expect(page.getByText('rows differ')).toBeVisible();
  await expectAccessible(page, 'comparison');
});
