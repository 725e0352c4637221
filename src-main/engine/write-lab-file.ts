import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { readCatalogue } from '../bundle/catalogue.ts';
import type { Problem } from '../lab/problem.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { labFileTemplate, type LabFileAnswers } from '../lab/lab-file-template.ts';
import { parseLab } from '../lab/parse-lab.ts';
import { cannotWrite, fileIsThere } from './refusals.ts';

/** The lab file that answers make, and what is wrong with it. The files that it names, such as the bundle, may come later. */
export function composeLabFile(answers: LabFileAnswers, file: string): { text: string; problems: readonly Problem[] } {
  const text = labFileTemplate(answers);
  return { text, problems: problemsOf(text, file) };
}

/** Everything that is wrong with a text, but for the files that it names. */
export function problemsOf(text: string, file: string): readonly Problem[] {
  const parsed = parseLab(text, { file, catalogue: readCatalogue(), home: homedir() });
  return 'problems' in parsed ? parsed.problems : [];
}

/**
 * Writes a commented lab file. Nothing is written when the answers do not make a good lab.
 * @throws LabFileError, or Refused when the file is there already or cannot be written
 */
export async function writeLabFile(answers: LabFileAnswers, file: string, replace: boolean): Promise<void> {
  const { text, problems } = composeLabFile(answers, file);
  if (problems.length > 0) throw new LabFileError(file, problems);
  try {
    await writeFile(file, text, { flag: replace ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw code === 'EEXIST' ? fileIsThere(file) : cannotWrite(file, String(code));
  }
}
