import { sh } from '../machines/command.ts';
import { MARK } from '../machines/keep-file.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';

/** Which of the given files Hoplab wrote, by their first line. Absolute paths only. */
export function writtenFiles(paths: readonly string[]): Fact<ReadonlySet<string>> {
  return {
    id: 'written-files',
    sudo: true,
    command: sh`
      for file in ${paths}; do
        if head -n 1 "$file" 2> /dev/null | grep -q ${`^${MARK}`}; then echo "$file"; fi
      done`,
    parse: ({ stdout }) => new Set(linesOf(stdout, (line) => (paths.includes(line) ? line : undefined))),
  };
}
