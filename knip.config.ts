import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'src-main/{cli,desktop,preload}.ts',
    'src-renderer/main.ts',
    'test/**/*.{test,lab-test,package-test,vm-test}.ts',
    'test/vm/vitest.config.ts',
    'test/bench/*.ts',
    'test/e2e/{playwright.config,screenshots,readme-picture}.ts',
    'test/e2e/*.e2e.ts',
    'test/lab/{vitest.config,global-setup,record,record-states,trace-noted}.ts',
    'test/lab/mirror/serve-mirror.ts',
    'test/package/fpm.ts', // started by test/package/programs/fpm
    'test/downloads/{bring-vm-image,download-set,hold-lock}.ts', // processes of their own
    'test/fake-programs/{lima/limactl,multipass/{multipass,ssh}}.ts', // started by the programs beside them
    'test/lab/lab.ts', // words for the lab tests, whether or not one uses them today
  ],
  project: ['src-main/**/*.ts', 'src-renderer/**/*.{ts,vue}', 'test/**/*.{ts,mjs}'],
  ignoreDependencies: [
    'tailwindcss', // imported by src-renderer/app.css
    'vue-tsc', // run by test/set-up/check.ts
    'oxlint', // so is this
    'oxlint-tsgolint', // reads the types for it
  ],
  ignoreExportsUsedInFile: true,
  ignoreBinaries: [
    'shellcheck',
    'xdotool',
    'apt-get',
    'dpkg',
    'ldd',
    'script',
    'openssl',
    'mkfifo',
    'mount',
    'umount',
    'ip',
    'docker-registry',
    'ssh-agent',
    'ssh-keygen',
    'unshare',
    'flock',
    'fish',
    'kubectl',
    'hoplab',
    'dpkg-deb',
    'ruby',
    'Xvfb',
  ], // programs of the system
};

export default config;
