import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { pictureDownloads } from './pictures-of-downloads.ts';
import { pictureNodes } from './pictures-of-nodes.ts';
import { pictureOwnLab } from './pictures-of-own-lab.ts';
import { pictureVms } from './pictures-of-vms.ts';
import { pictureRecording } from './pictures-of-recording.ts';

/*
 * Makes pictures of every screen, on the recording, on a lab of the user's and, as root, on one of VMs: both languages, both themes, three sizes.
 * node test/e2e/screenshots.ts [folder] [only], such as ja-900; default: out/screenshots, all.
 */
const [folder = join('out', 'screenshots'), only = ''] = process.argv.slice(2);
const sizes = [
  { width: 900, height: 700 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;

await mkdir(folder, { recursive: true });
for (const language of ['en', 'ja'] as const) {
  for (const size of sizes) {
    const kind = `${language}-${size.width}`;
    if (!kind.includes(only)) continue;
    const shot = { ...size, language, taker: (page: Page) => taker(page, kind) };
    await pictureRecording(shot);
    await pictureOwnLab(shot);
    await pictureNodes(shot);
    await pictureDownloads(shot);
    await pictureVms(shot);
  }
}

/** Takes pictures of a page in both themes: `NAME-en-1280-dark.png`. */
function taker(page: Page, kind: string): (name: string) => Promise<void> {
  return async (name) => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(folder, `${name}-${kind}-${theme}.png`) });
    }
  };
}
