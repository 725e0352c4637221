import { spawn } from 'node:child_process';
import { bin, root } from './built.ts';

/** What `npm run check` runs, all at once. The types of all but Vue files are checked by oxlint (.oxlintrc.json). */
const checks = [
  { name: 'vue-tsc', args: ['--noEmit', '--project', 'src-renderer'] },
  { name: 'oxlint', args: ['--deny-warnings'] },
  { name: 'eslint', args: ['.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/'] },
  { name: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'knip', args: [] },
] as const;

const started = performance.now();
const passed = await Promise.all(checks.map(({ name, args }) => check(name, args)));
process.exitCode = passed.every(Boolean) ? 0 : 1;

function check(name: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(bin(name), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}
