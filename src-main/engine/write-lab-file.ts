import { randomBytes } from 'node:crypto';
import { mkdir, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { readCatalogue } from '../bundle/catalogue.ts';
import type { Problem } from '../lab/problem.ts';
import { localDisk } from '../lab/lab-disk.ts';
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

/** Everything that is wrong with a text, and with the files that it names. */
export function problemsOnDisk(text: string, file: string): readonly Problem[] {
  const parsed = parseLab(text, { file, catalogue: readCatalogue(), home: homedir(), disk: localDisk });
  return 'problems' in parsed ? parsed.problems : [];
}

/** Writes another text into a lab file: all of it or nothing. @throws Refused when it cannot be written */
export async function replaceLabFile(file: string, text: string): Promise<void> {
  try {
    const target = await realpath(file);
    const part = `${target}.${randomBytes(6).toString('hex')}`;
    await writeFile(part, text, { flag: 'wx', mode: (await stat(target)).mode });
    await rename(part, target);
  } catch (error) {
    throw cannotWrite(file, codeOf(error));
  }
}

/**
 * Writes a commented lab file. Nothing is written when the answers do not make a good lab.
 * @throws LabFileError, or Refused when the file is there already or cannot be written
 */
export async function writeLabFile(
  answers: LabFileAnswers,
  file: string,
  { replace = false, makeFolder = false }: { replace?: boolean; makeFolder?: boolean },
): Promise<void> {
  const { text, problems } = composeLabFile(answers, file);
  if (problems.length > 0) throw new LabFileError(file, problems);
  try {
    if (makeFolder) await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: replace ? 'w' : 'wx' });
  } catch (error) {
    const code = codeOf(error);
    throw code === 'EEXIST' ? fileIsThere(file) : cannotWrite(file, code);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
