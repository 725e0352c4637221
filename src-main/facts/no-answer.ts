import type { Printed } from '../machines/machine.ts';

/** What a program of Linux or macOS says of a file that is not there; whatever else it complains about leaves that open. */
const ABSENT = /: (?:No such file or directory|Not a directory)$/;

/** Whether a line of complaints says that a file is not there. */
export function tellsAbsence(line: string): boolean {
  return ABSENT.test(line.trimEnd());
}

/** Thrown by a parser whose command did not say what was asked: nothing follows from it, least of all that nothing is there. */
export function noAnswer({ stderr, exitCode }: Printed): Error {
  const complaint = stderr.trim().split('\n').at(-1) ?? '';
  return new Error(`exit code ${exitCode}${complaint === '' ? '' : `: ${complaint}`}`);
}
