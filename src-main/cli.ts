#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { program } from './cli/program.ts';
import { whenReaderIsGone } from './cli/reader.ts';
import { takeGivenSecrets } from './engine/given-secrets.ts';

takeGivenSecrets();
setMaxListeners(0); // many commands wait for one signal that would stop them
// for as long as the process lives: the last line may fail after all is done
whenReaderIsGone(() => undefined);
void program(process.argv).then((code) => {
  process.exitCode = code;
});
