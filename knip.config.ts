import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'src-main/{cli,serve,desktop,preload}.ts',
    'test/**/*.{test,lab-test}.ts',
    'test/bench/*.ts',
    'test/lab/{vitest.config,global-setup,record,record-states}.ts',
    'test/lab/lab.ts', // words for the lab tests, whether or not one uses them today
  ],
  project: ['src-main/**/*.ts', 'test/**/*.{ts,mjs}'],
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ['apt-get', 'dpkg', 'ldd', 'script', 'mkfifo', 'ssh-agent'], // programs of the system
};

export default config;
