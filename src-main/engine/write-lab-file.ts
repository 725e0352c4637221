import { lstat, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { readCatalogue } from '../bundle/catalogue.ts';
import type { Lab } from '../lab/lab.ts';
import type { Problem } from '../lab/problem.ts';
import type { LabDisk } from '../lab/lab-disk.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { labFileTemplate, type LabFileAnswers } from '../lab/lab-file-template.ts';
import { fileTexts, largestLabFile } from '../lab/file-texts.ts';
import { parseLab, type ParsedLab } from '../lab/parse-lab.ts';
import { readLabText } from '../lab/read-lab-file.ts';
import { findAliases, sshSurroundings } from '../lab/ssh-config/find-aliases.ts';
import { aliasesOfText } from '../lab/ssh-config/aliases-of-text.ts';
import { namedYaml, seemsLabFile } from '../lab/seems-lab-file.ts';
import { writeAtomically } from '../write-atomically.ts';
import { networkUnknown, withFreeAddresses } from './free-addresses.ts';
import { cannotWrite, changedMeanwhile, fileIsThere, notNamedYaml } from './refusals.ts';

/**
 * The lab file that answers make, and what is wrong with it. The files that it names, such as the bundle, may come later.
 * @param labs those that are known, whose addresses VMs leave alone
 */
export async function composeLabFile(
  answers: LabFileAnswers,
  file: string,
  labs: readonly Lab[],
): Promise<{ text: string; problems: readonly Problem[]; lab?: Lab }> {
  const placed = await withFreeAddresses(answers, file, labs);
  if (!placed) return { text: '', problems: [networkUnknown] };
  const text = labFileTemplate(placed, await addressesOf(answers));
  const parsed = await parse(text, file);
  return 'problems' in parsed ? { text, problems: parsed.problems } : { text, problems: [], lab: parsed.lab };
}

/** The IPv4 addresses of the machines that are named by an alias. */
async function addressesOf({ nodes, client }: LabFileAnswers): Promise<ReadonlyMap<string, string>> {
  const machines = [...nodes, ...(typeof client === 'object' ? [client] : [])];
  const names = machines.map(({ address }) => address).filter((address) => !isIPv4(address));
  const found = await findAliases(names, sshSurroundings());
  return new Map([...found].flatMap(([name, alias]) => ('address' in alias ? [[name, alias.address] as const] : [])));
}

/** Everything that is wrong with a text. @param disk where the files that it names are looked at; without it they are not */
export async function problemsOf(text: string, file: string, disk?: LabDisk): Promise<readonly Problem[]> {
  const parsed = await parse(text, file, disk);
  return 'problems' in parsed ? parsed.problems : [];
}

async function parse(text: string, file: string, disk?: LabDisk): Promise<ParsedLab> {
  const aliases = await aliasesOfText(text);
  return parseLab(text, { file, catalogue: readCatalogue(), home: homedir(), aliases, ...(disk && { disk }) });
}

/**
 * Writes another text into a lab file: all of it or nothing, and into nothing but a lab file.
 * @throws LabFileError when one of them is no lab file; Refused when it is not as it `was`, or cannot be written
 */
export async function replaceLabFile(file: string, text: string, was?: string): Promise<void> {
  const now = await readLabText(file);
  if (was !== undefined && now !== was) throw changedMeanwhile(file);
  if (Buffer.byteLength(text) > largestLabFile) throw unusable(file, 'tooLarge');
  try {
    const target = await realpath(file);
    if (!seemsLabFile(target, text)) throw unusable(file, 'notAMapping');
    await writeAtomically(target, text, (await stat(target)).mode);
  } catch (error) {
    throw error instanceof LabFileError ? error : cannotWrite(file, codeOf(error));
  }
}

/**
 * Makes a lab file that a window asks for: where nothing is, with its folder and a name that says what it is, or, with
 * `replace`, in the place of another lab file. @throws LabFileError, Refused
 */
export async function createLabFile(
  answers: LabFileAnswers,
  file: string,
  { replace, labs }: { replace: boolean; labs: readonly Lab[] },
): Promise<void> {
  const isThere = await lstat(file).then(
    () => true,
    () => false,
  );
  if (isThere && replace) {
    await replaceLabFile(file, await composed(answers, file, labs));
    return;
  }
  if (!isThere && !namedYaml(file)) throw notNamedYaml(file);
  await writeLabFile(answers, file, { makeFolder: true, labs });
}

/**
 * Writes a commented lab file. Nothing is written when the answers do not make a good lab.
 * @throws LabFileError, or Refused when the file is there already or cannot be written
 */
export async function writeLabFile(
  answers: LabFileAnswers,
  file: string,
  { replace = false, makeFolder = false, labs }: { replace?: boolean; makeFolder?: boolean; labs: readonly Lab[] },
): Promise<void> {
  const text = await composed(answers, file, labs);
  try {
    if (makeFolder) await mkdir(dirname(file), { recursive: true });
    const old = replace ? await stat(file).catch(() => undefined) : undefined;
    if (old?.isFile()) await writeAtomically(await realpath(file), text, old.mode);
    else await writeFile(file, text, { flag: replace ? 'w' : 'wx' });
  } catch (error) {
    const code = codeOf(error);
    throw code === 'EEXIST' ? fileIsThere(file) : cannotWrite(file, code);
  }
}

async function composed(answers: LabFileAnswers, file: string, labs: readonly Lab[]): Promise<string> {
  const { text, problems } = await composeLabFile(answers, file, labs);
  if (problems.length > 0) throw new LabFileError(file, problems);
  return text;
}

function unusable(file: string, reason: 'tooLarge' | 'notAMapping'): LabFileError {
  return new LabFileError(file, [{ line: 0, column: 0, path: '', ...fileTexts[reason] }]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
