import { join } from 'node:path';
import tailwind from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

// electron-vite asks for the version of the `electron` package, which may not be the one that runs. 25 is the oldest
// Electron that Hoplab runs on: targets are set here, for it.
process.env['ELECTRON_MAJOR_VER'] ??= '25';

const root = import.meta.dirname;
const node = { target: 'node18.15', externalizeDeps: false } as const;
// ssh2 tries its native add-ons and does without; a terminal on this computer is native and stays beside the bundle
const external = ['electron', 'cpu-features', 'node-pty', /\.node$/];

export default defineConfig({
  main: {
    build: {
      ...node,
      outDir: 'out/main',
      rolldownOptions: {
        input: { cli: 'src-main/cli.ts', desktop: 'src-main/desktop.ts' },
        external,
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  },
  preload: {
    build: {
      ...node,
      outDir: 'out/preload',
      rolldownOptions: {
        input: { preload: 'src-main/preload.ts' },
        external,
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    base: './',
    plugins: [vue(), tailwind()],
    build: {
      outDir: join(root, 'out', 'renderer'),
      emptyOutDir: true,
      target: 'chrome114',
      minify: true,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { index: join(root, 'src-renderer', 'index.html') } },
    },
  },
});
