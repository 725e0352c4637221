#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { run } from './cli/run.ts';
import { takeGivenSecrets } from './engine/given-secrets.ts';

takeGivenSecrets();
setMaxListeners(0); // many commands wait for one signal that would stop them
process.exitCode = 1; // until the end: what waits for ever ends, and is no success
void run(process.argv).then((code) => {
  process.exitCode = code;
});
