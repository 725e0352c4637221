import { program } from './cli/program.ts';
import { whenReaderIsGone } from './cli/reader.ts';

// for as long as the process lives: the last line may fail after all is done
whenReaderIsGone(() => undefined);
void program(process.argv).then((code) => {
  process.exitCode = code;
});
