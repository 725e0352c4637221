import { defineConfig } from 'electron-vite';

// electron-vite asks for the version of the `electron` package, which Hoplab does not need to build. 25 is the oldest
// Electron that Hoplab runs on.
process.env['ELECTRON_MAJOR_VER'] ??= '25';

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node18.15',
      externalizeDeps: false,
      rolldownOptions: {
        input: { cli: 'src-main/cli.ts' },
        // ssh2 tries its native add-ons and does without
        external: ['electron', 'cpu-features', /\.node$/],
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  },
});
