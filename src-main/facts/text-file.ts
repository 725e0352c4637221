import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { noAnswer, tellsAbsence } from './no-answer.ts';

/** A small text file; undefined where it does not exist. @param sudo read as root; default true */
export function textFile(path: string, sudo = true): Fact<string | undefined> {
  return {
    id: 'text-file',
    sudo,
    command: sh`cat ${path}`,
    accept: 'any',
    parse(printed) {
      if (printed.exitCode === 0) return printed.stdout;
      if (tellsAbsence(printed.stderr)) return undefined;
      throw noAnswer(printed);
    },
  };
}
