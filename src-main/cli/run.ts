import { program } from './program.ts';
import { whenReaderIsGone } from './reader.ts';

/** The command line for as long as the process lives. Returns its exit code. */
export function run(argv: readonly string[]): Promise<number> {
  whenReaderIsGone(() => undefined); // the last line may fail after all is done
  return program(argv);
}
