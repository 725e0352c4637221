import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { bin, builtCli, root } from './built.ts';

/**
 * `npm test [-- what vitest takes]`: the tests, and beside them `npm run check`: most tests wait for machines, and the checks
 * take what they leave of the processors.
 */
builtCli(); // first: a build leaves files beside its configuration for a moment, which the checks would meet
const checks = run(process.execPath, [join(import.meta.dirname, 'check.ts')], 'pipe');
setPriority(checks.pid ?? 0, constants.priority.PRIORITY_BELOW_NORMAL);
let said = '';
for (const stream of [checks.stdout, checks.stderr])
  stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
const checked = codeOf(checks);
const tested = await codeOf(run(bin('vitest'), ['run', ...process.argv.slice(2)], 'inherit'));
const code = await checked;
process.stdout.write(said);
process.exitCode = tested || code;

function run(command: string, args: readonly string[], output: 'inherit' | 'pipe') {
  return spawn(command, args, { cwd: root, stdio: ['inherit', output, output] });
}

function codeOf(child: ReturnType<typeof run>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
}
