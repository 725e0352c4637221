import { expect, test as base, type Page } from '@playwright/test';
import { hasElectron, openWindow, type Door, type OpenWindow } from './doors.ts';
import { words } from './words.ts';

export { expect, words };

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

/** What a browser says while the engine restarts. */
const AWAY = 'ERR_CONNECTION_REFUSED';

/** A test with the window open on the list of labs. What the page's console calls an error fails it. */
export const test = base.extend<Fixtures & Options>({
  door: ['browser', { option: true }],
  language: ['en', { option: true }],
  size: [{ width: 1280, height: 800 }, { option: true }],
  window: async ({ door, language, size }, use) => {
    test.skip(door === 'desktop' && !hasElectron, 'SKIPPED: no Electron here (ELECTRON_OVERRIDE_DIST_PATH)');
    const opened = await openWindow(door, { ...size, language });
    await use(opened);
    await opened.close();
  },
  page: async ({ window }, use) => {
    const errors: string[] = [];
    window.page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes(AWAY)) errors.push(message.text());
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
