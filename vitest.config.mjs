import { defineConfig } from 'vitest/config';

/** The tests that need nothing but this checkout. Those of the real lab: test/lab/vitest.config.ts. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'src-main/**/*.test.ts'],
    passWithNoTests: true,
    testTimeout: 20_000,
    maxWorkers: '100%', // most of them wait for machines, not for the processor
  },
});
