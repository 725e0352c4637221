import { program } from './cli/program.ts';

void program(process.argv).then((code) => {
  process.exitCode = code;
});
