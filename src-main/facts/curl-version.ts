import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

/** `8.5.0`, with which curl calls itself in the header User-Agent; undefined: it does not say. */
export const curlVersion: Fact<string | undefined> = {
  id: 'curl-version',
  command: sh`curl --version`,
  accept: 'any',
  parse({ stdout, exitCode }) {
    const [, version] = /^curl (\d[\w.-]*)/.exec(stdout) ?? [];
    if (exitCode === 0 && version === undefined) throw new Error('no version of curl');
    return version;
  },
};
