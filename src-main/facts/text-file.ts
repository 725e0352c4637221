import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

/** A small text file; undefined where it does not exist. */
export function textFile(path: string): Fact<string | undefined> {
  return {
    id: 'text-file',
    sudo: true,
    command: sh`cat ${path}`,
    accept: 'any',
    parse: ({ stdout, exitCode }) => (exitCode === 0 ? stdout : undefined),
  };
}
