import type { Language, Text } from '../contract/text.ts';

/** One thing that is wrong with a lab file, at the place where a person mends it. */
export interface Problem {
  /** 1-based; 0 when the file as a whole is meant (missing, not text, …). */
  readonly line: number;
  /** 1-based, in UTF-16 units; 0 as for `line`. */
  readonly column: number;
  /** `nodes[1].address`; empty when no key is meant. */
  readonly path: string;
  /** One sentence: what is wrong. */
  readonly text: Text;
  /** One sentence: what to do about it. */
  readonly remedy: Text;
}

/** `lab.yaml:7:12 nodes[1].address: What is wrong. What to do.` */
export function formatProblem(problem: Problem, language: Language, file: string): string {
  const place = problem.line > 0 ? `${file}:${problem.line}:${problem.column}` : file;
  const where = problem.path ? `${place} ${problem.path}` : place;
  const space = language === 'ja' ? '' : ' ';
  return `${where}: ${problem.text[language]}${space}${problem.remedy[language]}`;
}
