import { expect, test as base, type Browser, type Page } from '@playwright/test';
import { hasElectron, launchBrowser, openWindow, type Door, type OpenWindow } from './doors.ts';
import { words } from './words.ts';

export { expect, hasElectron, words };

/** How a test opens the window. */
export interface Options {
  door: Door;
  language: 'en' | 'ja';
  size: { width: number; height: number };
}

interface Fixtures {
  window: OpenWindow;
  page: Page;
}

/** What the tests of a worker share. */
interface Shared {
  /** Started when the first of them asks for it. */
  readonly chromium: () => Promise<Browser>;
}

/** What a browser says while the engine restarts. */
const AWAY = 'ERR_CONNECTION_REFUSED';

/** A test with the window open on the list of labs. What the page's console calls an error fails it. */
export const test = base.extend<Fixtures & Options, Shared>({
  door: ['browser', { option: true }],
  language: ['en', { option: true }],
  size: [{ width: 1280, height: 800 }, { option: true }],
  chromium: [
    async ({}, use) => {
      let started: Promise<Browser> | undefined;
      await use(() => (started ??= launchBrowser()));
      await (await started)?.close();
    },
    { scope: 'worker' },
  ],
  window: async ({ door, language, size, chromium }, use) => {
    test.skip(door === 'desktop' && !hasElectron, 'SKIPPED: no Electron here (ELECTRON_OVERRIDE_DIST_PATH)');
    const browser = door === 'browser' ? await chromium() : undefined;
    const opened = await openWindow(door, { ...size, language, browser });
    await use(opened);
    await opened.close();
  },
  page: async ({ window }, use) => {
    const errors: string[] = [];
    window.page.on('console', (message) => {
      const { url, lineNumber } = message.location();
      const told = `${message.text()} (${url}:${lineNumber})`;
      if (message.type() === 'error' && !told.includes(AWAY)) errors.push(told);
    });
    window.page.on('pageerror', (error) => errors.push(error.message));
    await use(window.page);
    expect(errors).toEqual([]);
  },
});

/** Opens the recording, which is the first of the labs. */
export async function openRecording(page: Page, language: 'en' | 'ja'): Promise<void> {
  await page.getByRole('button', { name: words[language].recording }).click();
  await expect(page.getByRole('button', { name: words[language].all })).toBeVisible();
}

/** Rolls out every stage of the open recording, at once: for tests of what comes after. */
export async function rollOutAtOnce(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Instant' }).click();
  await page.getByRole('button', { name: words.en.all }).click();
  await expect(page.getByText(words.en.done)).toBeVisible({ timeout: 60_000 });
}

/** Takes a lab file into the list and opens the lab: by its path in a browser, by the system's dialog in the desktop window. */
export async function addLab(page: Page, window: OpenWindow, file: string): Promise<void> {
  const open = page.getByRole('button', { name: 'Open a lab file' });
  await expect(open).toBeVisible();
  const isDesktop = page.url().startsWith('hoplab:');
  if (isDesktop) {
    await window.app().evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] }); // what the user would choose
    }, file);
  }
  await open.click();
  if (isDesktop) return;
  await page.getByLabel('Path of the lab file').fill(file);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Path of the lab file')).toBeHidden();
}

/** What was copied last. */
export async function clipboardText(page: Page, window: OpenWindow): Promise<string> {
  if (!page.url().startsWith('hoplab:')) return page.evaluate<string>('navigator.clipboard.readText()');
  return window.app().evaluate(({ clipboard }) => clipboard.readText());
}
