#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { keepCompiled } from './cli/keep-compiled.ts';
import { takeGivenSecrets } from './engine/given-secrets.ts';

takeGivenSecrets();
setMaxListeners(0); // many commands wait for one signal that would stop them
process.exitCode = 1; // until the end: what waits for ever ends, and is no success
keepCompiled();
void import('./cli/run.ts')
  .then(({ run }) => run(process.argv))
  .then((code) => {
    process.exitCode = code;
  });
