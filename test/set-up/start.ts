import { spawnSync } from 'node:child_process';
import { bin, builtCli } from './built.ts';

/** `npm start`: the tour; `npm start -- COMMAND` any other command, in the folder where npm was called. */
const args = process.argv.slice(2);
const { status } = spawnSync(bin('node'), [builtCli(), ...(args.length > 0 ? args : ['tour'])], {
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
