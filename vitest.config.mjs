import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Those that start the built command line: it is built once, before any of them. */
const starting = [
  'test/unit/cli/**/*.test.ts',
  'test/unit/contract/lines.test.ts',
  'test/recording/command-line.test.ts',
  'test/words/documents.test.ts',
];

/** The tests that need nothing but this checkout. Those of the real lab: test/lab/vitest.config.ts. */
export default defineConfig({
  test: {
    passWithNoTests: true,
    testTimeout: 60_000, // on a busy processor
    setupFiles: ['test/set-up/each-file.ts'],
    isolate: false, // the files of a worker share its modules: what a test changes of its process, it puts back
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache', 'compile') }, // of the programs that tests start, again and again
    maxWorkers: Math.ceil(availableParallelism() * 1.5), // most tests wait for machines, not for the processor
    projects: [
      project('started', { include: starting, globalSetup: 'test/set-up/build.ts' }),
      project('parts', { include: ['test/**/*.test.ts', 'src-main/**/*.test.ts'], exclude: starting }),
    ],
  },
});

function project(name, test) {
  return { extends: true, test: { name, ...test } };
}
