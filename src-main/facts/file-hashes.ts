import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { noAnswer, tellsAbsence } from './no-answer.ts';

/** The SHA-256 (hex) of each of the given files that exists: of the others it is said that they do not. Absolute paths only. */
export function fileHashes(paths: readonly string[]): Fact<ReadonlyMap<string, string>> {
  return {
    id: 'file-hashes',
    sudo: true,
    // macOS has no sha256sum
    command: sh`if command -v sha256sum > /dev/null; then sha256sum ${paths}; else shasum -a 256 ${paths}; fi`,
    accept: 'any',
    parse(printed) {
      const hashes = new Map(
        linesOf(printed.stdout, (line): [string, string] | undefined => {
          const [, hash, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
          return hash === undefined || path === undefined ? undefined : [path, hash];
        }),
      );
      const absent = printed.stderr.split('\n').filter(tellsAbsence);
      const known = (path: string) => hashes.has(path) || absent.some((line) => line.includes(path));
      if (!paths.every(known)) throw noAnswer(printed);
      return hashes;
    },
  };
}
