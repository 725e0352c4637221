import { defineConfig } from 'vitest/config';

/** The tests of what is handed to users, as it lies on their disk: `npm run test:package`. */
export default defineConfig({
  test: {
    include: ['test/package/*.package-test.ts'],
    setupFiles: ['test/set-up/each-file.ts'],
    globalSetup: 'test/set-up/build.ts',
    testTimeout: 120_000,
    hookTimeout: 300_000, // packing, on a busy processor
    fileParallelism: false,
  },
});
