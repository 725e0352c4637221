import { formatProblem, type Problem } from './problem.ts';

/** The lab file cannot be used as it is. The same file read again has the same problems. */
export class LabFileError extends Error {
  /** As the caller named it. */
  readonly file: string;
  /** At least one, in the file's order. */
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options?: { cause?: unknown }) {
    super(problems.map((problem) => formatProblem(problem, 'en', file)).join('\n'), options);
    this.name = 'LabFileError';
    this.file = file;
    this.problems = problems;
  }
}
