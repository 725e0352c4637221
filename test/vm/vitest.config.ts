import { defineConfig } from 'vitest/config';

const hour = 3_600_000;

/** The tests on real VMs, in the order in which they stand. */
export default defineConfig({
  test: {
    include: ['test/vm/*.vm-test.ts'],
    testTimeout: hour,
    hookTimeout: hour,
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
