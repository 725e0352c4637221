import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const minutes = 60_000;

/**
 * Those on bare machines first. Each from the story to the paths takes the finished lab that the one before has left; the paths go down
 * from it, and a reset ends it. Those that make labs of their own come last.
 */
const ORDER = [
  'prove-vip',
  'preflight',
  'story',
  'faults',
  'window',
  'optional',
  'own-apps',
  'nodes',
  'paths',
  'reset',
];

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = ORDER.indexOf(basename(moduleId, '.lab-test.ts'));
      return at === -1 ? ORDER.length : at;
    };
    return [...files].sort((one, other) => place(one) - place(other));
  }
}

/** The tests of the real lab: there is one lab, so one test at a time. Run by `npm run test:lab`. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/lab/**/*.lab-test.ts'],
    setupFiles: ['test/set-up/each-file.ts'],
    globalSetup: ['test/lab/global-setup.ts'],
    passWithNoTests: true,
    sequence: { sequencer: InOrder },
    fileParallelism: false,
    maxWorkers: 1,
    maxConcurrency: 1,
    testTimeout: 10 * minutes,
    hookTimeout: 10 * minutes,
    teardownTimeout: 2 * minutes,
    reporters: ['verbose'],
  },
});
