import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const minutes = 60_000;

/** The story first: it leaves its finished lab saved for the others. */
class StoryFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isStory = ({ moduleId }: TestSpecification) => moduleId.endsWith('/story.lab-test.ts');
    return [...files.filter(isStory), ...files.filter((file) => !isStory(file))];
  }
}

/** The tests of the real lab: there is one lab, so one test at a time. Run by `npm run test:lab`. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/lab/**/*.lab-test.ts'],
    globalSetup: ['test/lab/global-setup.ts'],
    passWithNoTests: true,
    sequence: { sequencer: StoryFirst },
    fileParallelism: false,
    maxWorkers: 1,
    maxConcurrency: 1,
    testTimeout: 10 * minutes,
    hookTimeout: 10 * minutes,
    teardownTimeout: 2 * minutes,
    reporters: ['verbose'],
  },
});
