import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

/** The SHA-256 (hex) of each of the given files that exists. Absolute paths only. */
export function fileHashes(paths: readonly string[]): Fact<ReadonlyMap<string, string>> {
  return {
    id: 'file-hashes',
    sudo: true,
    // macOS has no sha256sum
    command: sh`if command -v sha256sum > /dev/null; then sha256sum ${paths}; else shasum -a 256 ${paths}; fi 2>/dev/null`,
    accept: 'any',
    slow: true,
    parse: ({ stdout }) =>
      new Map(
        stdout.split('\n').flatMap((line): [string, string][] => {
          const found = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
          return found?.[1] !== undefined && found[2] !== undefined ? [[found[2], found[1]]] : [];
        }),
      ),
  };
}
