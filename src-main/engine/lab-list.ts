import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { labIdSchema, type LabId, type LabSummary } from '../contract/labs.ts';
import type { Lab } from '../lab/lab.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { readLabFile, readLabText } from '../lab/read-lab-file.ts';
import { JsonFile } from './json-file.ts';
import { noSuchLab } from './refusals.ts';

const schema = z.object({ labs: z.array(z.object({ file: z.string(), lastOpened: z.string().nullable() })) });

/** The user's labs: which lab files Hoplab has seen, in `labs.json` of its folder. The files themselves stay the user's. */
export class LabList {
  readonly #file: JsonFile<typeof schema>;

  constructor(home: string) {
    this.#file = new JsonFile(join(home, 'labs.json'), schema, { labs: [] });
  }

  /** The last opened first. */
  async list(): Promise<LabSummary[]> {
    const { labs } = await this.#file.read();
    const summaries = await Promise.all(labs.map(({ file, lastOpened }) => summary(file, lastOpened)));
    return summaries.sort((a, b) => (b.lastOpened ?? '').localeCompare(a.lastOpened ?? ''));
  }

  /** The labs of all files that describe one. */
  async known(): Promise<Lab[]> {
    const { labs } = await this.#file.read();
    const read = await Promise.all(labs.map(({ file }) => readListed(file, 'later').catch(() => undefined)));
    return read.filter((lab) => lab !== undefined);
  }

  /** Takes a lab file into the list; `opened` also says that it is used now. @throws LabFileError when it is none */
  async add(path: string, opened = false): Promise<LabSummary> {
    const file = resolve(path);
    await readLabText(file);
    const now = new Date().toISOString();
    const { labs } = await this.#file.change(({ labs }) => {
      const known = labs.find((lab) => lab.file === file);
      const lastOpened = opened ? now : (known?.lastOpened ?? null);
      return { labs: [...labs.filter((lab) => lab !== known), { file, lastOpened }] };
    });
    return summary(file, labs.find((lab) => lab.file === file)?.lastOpened ?? null);
  }

  async forget(id: LabId): Promise<void> {
    await this.#file.change(({ labs }) => ({ labs: labs.filter(({ file }) => labId(file) !== id) }));
  }

  /** The path of a lab in the list. @throws Refused */
  async file(id: LabId): Promise<string> {
    const { labs } = await this.#file.read();
    const found = labs.find(({ file }) => labId(file) === id);
    if (!found) throw noSuchLab();
    return found.file;
  }

  /** The text of a lab file in the list. @throws LabFileError, Refused */
  async text(id: LabId): Promise<{ file: string; text: string }> {
    const file = await this.file(id);
    return { file, text: await readLabText(file) };
  }

  /** The lab of a lab file in the list; whether its bundle can be used is seen later. @throws LabFileError, Refused */
  async lab(id: LabId): Promise<Lab> {
    return readListed(await this.file(id), 'later');
  }
}

/** A lab's id is made of its file's path: the same file is the same lab. */
export function labId(file: string): LabId {
  return labIdSchema.parse(createHash('sha256').update(file).digest('hex').slice(0, 16));
}

async function summary(file: string, lastOpened: string | null): Promise<LabSummary> {
  const base = { id: labId(file), kind: 'lab' as const, file, recording: null, lastOpened };
  try {
    return { ...base, ...described(await readListed(file, 'now')), problems: [], opens: true };
  } catch (error) {
    if (!(error instanceof LabFileError)) throw error;
    return withProblems(file, error, base);
  }
}

/** What a path names may have changed since it came into the list. */
async function readListed(file: string, bundle: 'now' | 'later'): Promise<Lab> {
  return readLabFile(file, { text: await readLabText(file), bundle });
}

/** A lab whose bundle cannot be used is still a lab: opened, it says what to do. */
async function withProblems<Base>(file: string, { problems }: LabFileError, base: Base) {
  const lab = await readListed(file, 'later').catch(() => undefined); // then it has other problems
  const told = lab ? described(lab) : { name: basename(file), nodes: null };
  return { ...base, ...told, problems: [...problems], opens: lab !== undefined };
}

function described({ name, nodes }: Lab): Pick<LabSummary, 'name' | 'nodes'> {
  return { name, nodes: nodes.length };
}
