import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readCatalogue } from '../bundle/catalogue.ts';
import { fileTexts, largestLabFile } from './file-texts.ts';
import type { Lab } from './lab.ts';
import { localDisk, type PathState } from './lab-disk.ts';
import { LabFileError } from './lab-file-error.ts';
import { parseLab } from './parse-lab.ts';
import { aliasesOfText } from './ssh-config/aliases-of-text.ts';
import { seemsLabFile } from './seems-lab-file.ts';

/**
 * Reads a lab file and the aliases of `~/.ssh/config` in it, looks at the files that it names, and fills in every default.
 * @param options `bundle: 'later'`: whether it is one is seen when it is opened; `text`: what was read of it already
 * @throws LabFileError with all problems of the file
 */
export async function readLabFile(
  path: string,
  options: { bundle?: 'now' | 'later'; text?: string } = {},
): Promise<Lab> {
  const text = options.text ?? (await readText(path));
  const surroundings = { file: path, catalogue: readCatalogue(), home: homedir(), aliases: await aliasesOfText(text) };
  const disk = options.bundle === 'later' ? bundleThere(parseLab(text, surroundings)) : localDisk;
  const parsed = parseLab(text, { ...surroundings, disk });
  if ('problems' in parsed) throw new LabFileError(path, parsed.problems);
  return parsed.lab;
}

/** The disk, with the bundle and the archives of a lab on it. */
function bundleThere(parsed: ReturnType<typeof parseLab>): typeof localDisk {
  if ('problems' in parsed) return localDisk; // it has other problems
  const { source, images } = parsed.lab;
  const there = new Map<string, PathState>(images.map((image) => [image, 'file']));
  if (source !== 'online') there.set(source.bundle, 'folder').set(join(source.bundle, 'index.json'), 'file');
  return { ...localDisk, state: (path) => there.get(path) ?? localDisk.state(path) };
}

/**
 * The text of a file that a window may show and change: a regular file that is a lab file, or was one before somebody made
 * mistakes in it. A link leads to what it names. @throws LabFileError
 */
export async function readLabText(path: string): Promise<string> {
  const real = await realpath(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const text = await readText(real, path);
  if (!seemsLabFile(real, text)) throw failure(path, 'notAMapping');
  return text;
}

async function readText(path: string, named = path): Promise<string> {
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(named, error);
  });
  if (!stats.isFile()) throw failure(named, 'notAFile'); // opening a device may do something already
  // without following or waiting: it may be a link or a pipe by now
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (path === named ? 0 : constants.O_NOFOLLOW);
  const handle = await open(path, flags).catch((error: unknown) => {
    throw unreadable(named, error);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await bytesOf(handle, named));
  } catch (cause) {
    if (cause instanceof LabFileError) throw cause;
    throw failure(named, 'notText', cause);
  } finally {
    await handle.close();
  }
}

/** A pipe or device would be read without end; what /proc shows says that it is empty. */
async function bytesOf(handle: FileHandle, named: string): Promise<Uint8Array> {
  if (!(await handle.stat()).isFile()) throw failure(named, 'notAFile');
  const bytes = new Uint8Array(largestLabFile + 1);
  // the length is stated: Node.js 18 takes none for 0
  for (let filled = 0; ;) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled).catch((error: unknown) => {
      throw unreadable(named, error);
    });
    filled += bytesRead;
    if (filled > largestLabFile) throw failure(named, 'tooLarge');
    if (bytesRead === 0) return bytes.subarray(0, filled);
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
