import type { Page } from '@playwright/test';
import { PASSWORD, startSshLab, type SshLab } from './ssh-lab.ts';
import { answerAll } from './answer-all.ts';
import { addLab, expect, openRecording, test } from './window.ts';

/** What the terminal in front shows: xterm tells it to screen readers. */
const shown = (page: Page) => page.getByRole('tabpanel').locator('.xterm-rows');

const field = (page: Page) => page.getByRole('tabpanel').locator('textarea');

test('a terminal on a node: typed into, searched, copied from, pasted into, resized, in tabs', async ({
  page,
  window,
  door,
}) => {
  const lab: SshLab = await startSshLab();
  try {
    await addLab(page, window, lab.file);
    await answerAll(page, PASSWORD);
    await page.getByRole('link', { name: 'Terminals' }).click();
    await page.getByRole('button', { name: 'Open a terminal on k8s-master' }).click();
    await expect(shown(page)).toContainText('node$');
    await page.keyboard.type('echo hel""lo; stty size\n');
    await expect(shown(page)).toContainText('hello');

    const size = async (): Promise<string> => {
      const sizes = (await shown(page).innerText()).replaceAll('\u00a0', ' ').match(/^\d+ \d+\s*$/gm) ?? [];
      return sizes.at(-1)?.trim() ?? '';
    };
    await expect.poll(size).toMatch(/^\d+ \d+$/);
    const before = await size();
    if (door === 'browser') await page.setViewportSize({ width: 900, height: 600 });
    else await window.app().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(900, 600));
    await expect
      .poll(async () => {
        await page.keyboard.type('stty size\n');
        return size();
      })
      .not.toBe(before);

    await page.keyboard.press('Control+Shift+F');
    const search = page.getByRole('searchbox', { name: 'Search in the output' });
    await expect(search).toBeFocused();
    await search.fill('hello');
    await search.press('Enter');
    await search.press('Escape');
    await expect(search).toBeHidden();
    await page.keyboard.press('Control+Shift+C');
    await expect(page.getByText('Copied').first()).toBeVisible(); // what was found is selected
    await page.keyboard.type('echo <');
    await page.keyboard.press('Control+Shift+V');
    await expect(shown(page)).toContainText('echo <hello');
    await page.keyboard.press('Control+u');

    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('menuitem', { name: 'k8s-worker1' }).click();
    await expect(page.getByRole('tab')).toHaveCount(2);
    await expect(shown(page)).toContainText('node$');
    await expect(field(page)).toBeFocused();
    await page.getByRole('tab', { name: 'k8s-master' }).click();
    await expect(shown(page)).toContainText('hello');

    await page.getByRole('link', { name: 'Lab', exact: true }).click();
    await page.getByRole('link', { name: 'Terminals' }).click();
    await expect(shown(page)).toContainText('hello'); // the shell went on meanwhile

    await page.keyboard.type('exit\n');
    await expect(page.getByText('The shell has ended.', { exact: false })).toBeVisible();
    await page.getByRole('button', { name: 'Open again' }).click();
    await expect(shown(page)).toContainText('node$');
    await page.getByRole('button', { name: 'Close the terminal on k8s-master' }).click();
    await expect(page.getByRole('tab')).toHaveCount(1);
  } finally {
    await lab.close();
  }
});

test('a terminal on this computer', async ({ page, door }) => {
  await openRecording(page, 'en');
  await page.getByRole('link', { name: 'Terminals' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const here = page.getByRole('menuitem', { name: 'This computer' });
  if (door === 'browser') {
    await expect(page.getByRole('menuitem', { name: 'Client' })).toBeVisible();
    await expect(here).toHaveCount(0); // a page gets no shell beside the engine
    return;
  }
  await here.click();
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('echo hel""lo\n');
  await expect(shown(page)).toContainText('hello');
});

test('the tabs are there again after a restart', async ({ page, window }) => {
  await openRecording(page, 'en');
  await page.getByRole('link', { name: 'Terminals' }).click();
  for (const machine of ['k8s-worker1', 'k8s-worker2']) {
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('menuitem', { name: machine }).click();
  }
  await page.getByRole('link', { name: 'Run log' }).click();
  await page.getByRole('link', { name: 'Terminals' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('menuitem', { name: 'k8s-master' }).click();
  await page.getByRole('tab', { name: 'k8s-worker1' }).click();
  await page.waitForTimeout(600); // until they are kept
  const again = await window.reopen();
  await expect(again.getByRole('tab')).toHaveCount(3);
  await expect(again.getByRole('tab', { name: 'k8s-worker1' })).toHaveAttribute('aria-selected', 'true');
});
