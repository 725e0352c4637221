import { spawnSync } from 'node:child_process';
import { bin, builtCli } from './built.ts';

const { status } = spawnSync(bin('node'), [builtCli(), ...process.argv.slice(2)], {
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
