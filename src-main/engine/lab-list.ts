import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { labIdSchema, type LabId, type LabSummary } from '../contract/labs.ts';
import type { Lab } from '../lab/lab.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
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

  /** Takes a lab file into the list; `opened` also says that it is used now. */
  async add(path: string, opened = false): Promise<LabSummary> {
    const file = resolve(path);
    await stat(file).catch(() => readLabFile(file)); // a file that is not there is told as its problem
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

  async text(id: LabId): Promise<{ file: string; text: string }> {
    const file = await this.file(id);
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size > 1_000_000) await readLabFile(file); // says that it is too large
    return { file, text: await readFile(file, 'utf8').catch(() => '') };
  }
}

/** A lab's id is made of its file's path: the same file is the same lab. */
export function labId(file: string): LabId {
  return labIdSchema.parse(createHash('sha256').update(file).digest('hex').slice(0, 16));
}

async function summary(file: string, lastOpened: string | null): Promise<LabSummary> {
  const base = { id: labId(file), kind: 'lab' as const, file, recording: null, lastOpened };
  try {
    return { ...base, ...described(await readLabFile(file)), problems: [], opens: true };
  } catch (error) {
    if (!(error instanceof LabFileError)) throw error;
    return withProblems(file, error, base);
  }
}

/** A lab whose bundle cannot be used is still a lab: opened, it says what to do. */
async function withProblems<Base>(file: string, { problems }: LabFileError, base: Base) {
  const lab = await readLabFile(file, { bundle: 'later' }).catch(() => undefined); // then it has other problems
  const told = lab ? described(lab) : { name: basename(file), nodes: null };
  return { ...base, ...told, problems: [...problems], opens: lab !== undefined };
}

function described({ name, nodes }: Lab): Pick<LabSummary, 'name' | 'nodes'> {
  return { name, nodes: nodes.length };
}
