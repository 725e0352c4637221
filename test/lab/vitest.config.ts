import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const minutes = 60_000;

/** The tests of the real lab: there is one lab, so one test at a time. Run by `npm run test:lab`. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/lab/**/*.lab-test.ts'],
    globalSetup: ['test/lab/global-setup.ts'],
    passWithNoTests: true,
    fileParallelism: false,
    maxWorkers: 1,
    maxConcurrency: 1,
    testTimeout: 10 * minutes,
    hookTimeout: 10 * minutes,
    teardownTimeout: 2 * minutes,
    reporters: ['verbose'],
  },
});
