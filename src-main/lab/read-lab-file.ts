import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readCatalogue } from '../bundle/catalogue.ts';
import { fileTexts, largestLabFile } from './file-texts.ts';
import type { Lab } from './lab.ts';
import { localDisk } from './lab-disk.ts';
import { LabFileError } from './lab-file-error.ts';
import { parseLab } from './parse-lab.ts';

/**
 * Reads a lab file, looks at the files that it names, and fills in every default.
 * @param options `bundle: 'later'`: whether it is one is seen when it is opened
 * @throws LabFileError with all problems of the file
 */
export async function readLabFile(path: string, options: { bundle?: 'now' | 'later' } = {}): Promise<Lab> {
  const text = await readText(path);
  const surroundings = { file: path, catalogue: readCatalogue(), home: homedir() };
  const disk = options.bundle === 'later' ? bundleThere(parseLab(text, surroundings)) : localDisk;
  const parsed = parseLab(text, { ...surroundings, disk });
  if ('problems' in parsed) throw new LabFileError(path, parsed.problems);
  return parsed.lab;
}

/** The disk, with the bundle of a lab on it. */
function bundleThere(parsed: ReturnType<typeof parseLab>): typeof localDisk {
  if ('problems' in parsed) return localDisk; // it has other problems
  const { bundle } = parsed.lab.source;
  const there = new Map([
    [bundle, 'folder'],
    [join(bundle, 'index.json'), 'file'],
  ] as const);
  return { ...localDisk, state: (path) => there.get(path) ?? localDisk.state(path) };
}

async function readText(path: string): Promise<string> {
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  // A pipe or device would be read without end.
  if (!stats.isFile()) throw failure(path, 'notAFile');
  if (stats.size > largestLabFile) throw failure(path, 'tooLarge');
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw failure(path, 'notText', cause);
  }
}

function unreadable(path: string, cause: unknown): LabFileError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return failure(
    path,
    code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' ? 'missing' : 'unreadable',
    cause,
  );
}

function failure(path: string, reason: keyof typeof fileTexts, cause?: unknown): LabFileError {
  return new LabFileError(path, [{ line: 0, column: 0, path: '', ...fileTexts[reason] }], { cause });
}
