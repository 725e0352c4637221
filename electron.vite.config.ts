import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tailwind from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

// electron-vite asks for the version of the `electron` package, which may not be the one that runs. 25 is the oldest
// Electron that Hoplab runs on: targets are set here, for it.
process.env['ELECTRON_MAJOR_VER'] ??= '25';

const root = import.meta.dirname;
/** Of each library that is compiled in: name, version, licence and its text. Beside the files that hold it. */
const license = { fileName: 'THIRD-PARTY-LICENSES.md' } as const;
const node = { target: 'node18.15', externalizeDeps: false, license } as const;
// ssh2 tries its native add-ons and does without; a terminal on this computer is native and stays beside the bundle
const external = ['electron', 'cpu-features', 'node-pty', /\.node$/];

/** Vite names the libraries that modules import; Tailwind's own rules come by a style sheet's @import. */
function licenceOfTailwind(): Plugin {
  const folder = join(root, 'node_modules', 'tailwindcss');
  return {
    name: 'licence-of-tailwind',
    writeBundle({ dir = '' }) {
      const read = (name: string) => readFileSync(join(folder, name), 'utf8');
      const { name, version, license: licence } = JSON.parse(read('package.json')) as Record<string, string>;
      appendFileSync(join(dir, license.fileName), `\n## ${name} - ${version} (${licence})\n\n${read('LICENSE')}`);
    },
  };
}

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
    plugins: [vue(), tailwind(), licenceOfTailwind()],
    build: {
      outDir: join(root, 'out', 'renderer'),
      emptyOutDir: true,
      target: 'chrome114',
      minify: true,
      license,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { index: join(root, 'src-renderer', 'index.html') } },
    },
  },
});
