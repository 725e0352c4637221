import { defineConfig } from '@playwright/test';
import { hasElectron } from './doors.ts';
import type { Options } from './window.ts';

/** What Electron has of its own (files of it, and tests with that tag), and the story in English; with `--all` the rest as well: the page is the same. */
const DESKTOP =
  /\b(?:safe|key-ring|closing|reviving|fuses|notification|terminals|settings)\.e2e\.ts\b|The story on the recording, in en|@desktop/;
/** What Chromium shows with `--all` alone: long tests in their second language, and the story that Electron shows. */
const ONLY_WITH_ALL = hasElectron ? /@all|The story on the recording, in en/ : /@all/;
const all = process.env['HOPLAB_E2E_ALL'] !== undefined;

/** The built window, as a page of `hoplab serve` in Chromium and as a desktop window in Electron, on the recording. */
export default defineConfig<Options>({
  testDir: '.',
  testMatch: '*.e2e.ts',
  outputDir: '../../out/e2e',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  retries: process.env['CI'] ? 2 : 0,
  reporter: [['list']],
  projects: [
    // one at a time, and the first: the windows of a display share its focus and its clipboard. Pages run beside it
    { name: 'desktop', use: { door: 'desktop' }, workers: 1, ...(all ? {} : { grep: DESKTOP, grepInvert: /@all/ }) },
    { name: 'browser', use: { door: 'browser' }, ...(all ? {} : { grepInvert: ONLY_WITH_ALL }) },
  ],
});
