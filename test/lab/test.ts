import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, root } from '../set-up/built.ts';
import { runHere, unable } from './script.ts';

/** `npm run test:lab -- [--all] [what vitest takes]`. Where no lab can be, it says so and passes. */
const args = process.argv.slice(2);
const busy = 75;
const reason = await unable();

if (reason !== undefined) {
  console.error(`\n  SKIPPED: no test of the real lab was run.\n  The lab ${reason}\n`);
} else {
  const vitest = [bin('vitest'), 'run', '--config', join(root, 'test', 'lab', 'vitest.config.ts')];
  const rest = args.filter((arg) => arg !== '--all');
  // -o: the lab's machines must not inherit the lock
  const lock = ['-n', '-o', '-E', String(busy), join(tmpdir(), 'hoplab-test-lab.lock')];
  const env: Record<string, string> = args.includes('--all') ? { HOPLAB_LAB_ALL: '1' } : {};
  const code = await runHere('flock', [...lock, ...vitest, ...rest], { env });
  if (code === busy) console.error('Another npm run test:lab is at work on this computer, and there is only one lab.');
  process.exitCode = code;
}
