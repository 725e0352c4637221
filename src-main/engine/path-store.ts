import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { keptPathSchema, MOST_PATHS, pathIdSchema, type KeptPath } from '../contract/kept-paths.ts';
import { pathSchema, type Path } from '../contract/path.ts';
import { writeAtomically } from '../write-atomically.ts';
import { namesIn } from '../names-in.ts';
import { noSuchPath } from './refusals.ts';

/** One that was kept or exported before had all of its notes, with what was not known, as `limits`. */
const pathOfAnyAge = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && 'limits' in value
      ? { unknown: [], notes: value.limits, ...value }
      : value,
  pathSchema,
);
const fileSchema = keptPathSchema.omit({ id: true }).extend({ path: pathOfAnyAge });

/**
 * The newest paths of a lab: in memory, and each as `ID.json` in the lab's folder, where another Hoplab may keep some as well. A
 * file that cannot be read as a path is left alone and not listed.
 */
export class KeptPaths {
  readonly #folder: string;
  /** The newest first. */
  #paths: Promise<readonly KeptPath[]> = Promise.resolve([]);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The newest first. */
  async list(): Promise<readonly KeptPath[]> {
    return (await this.#then((paths) => this.#inFolder(paths))).slice(0, MOST_PATHS);
  }

  /** @throws Refused */
  async get(id: string): Promise<KeptPath> {
    const found = (await this.list()).find((path) => path.id === id);
    if (!found) throw noSuchPath();
    return found;
  }

  /** Keeps a path; of those before it the newest stay. */
  async add(path: Path, series: string | null): Promise<KeptPath> {
    const kept = withId(path, series);
    await this.#then(async (paths) => {
      const before = await this.#inFolder(paths);
      await writeAtomically(this.#file(kept.id), JSON.stringify({ series, path }));
      await Promise.all(before.slice(MOST_PATHS - 1).map(({ id }) => rm(this.#file(id), { force: true })));
      return [kept, ...before.slice(0, MOST_PATHS - 1)];
    });
    return kept;
  }

  async forget(id: string): Promise<void> {
    const { id: known } = await this.get(id);
    await rm(this.#file(known), { force: true });
  }

  /** One after the other. */
  #then(work: (paths: readonly KeptPath[]) => Promise<readonly KeptPath[]>): Promise<readonly KeptPath[]> {
    const before = this.#paths;
    const now = before.then(work);
    this.#paths = now.catch(() => before);
    return now;
  }

  /** Those that are still there, and before them those that have come. */
  async #inFolder(known: readonly KeptPath[]): Promise<readonly KeptPath[]> {
    const names = await namesIn(this.#folder); // no folder: nothing was followed yet
    const files = new Set(names.filter((name) => name.endsWith('.json')));
    const stayed = known.filter(({ id }) => files.delete(`${id}.json`));
    const come = await Promise.all([...files].map((name) => readOne(this.#folder, name)));
    const newest = come
      .flatMap((path) => path ?? [])
      .sort((one, other) => other.path.time.localeCompare(one.path.time));
    return [...newest, ...stayed];
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

async function readOne(folder: string, name: string): Promise<KeptPath | undefined> {
  const id = pathIdSchema.safeParse(name.slice(0, -'.json'.length));
  const text = await readFile(join(folder, name), 'utf8').catch(() => ''); // it may be gone by now
  const file = fileSchema.safeParse(plain(text));
  return id.success && file.success ? { id: id.data, ...file.data } : undefined;
}

/** A path of its JSON, as it is exported; undefined: the text is none. */
export function parsePath(text: string): Path | undefined {
  const { data } = pathOfAnyAge.safeParse(plain(text));
  const time = new Date(data?.time ?? '');
  // the time becomes the name of a file
  return data && !Number.isNaN(time.getTime()) ? { ...data, time: time.toISOString() } : undefined;
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it
  }
}

/** A path as it would be kept. */
export function withId(path: Path, series: string | null): KeptPath {
  return { id: newId(path), series, path };
}

function newId({ time }: Path): string {
  return `${time.replaceAll(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`;
}
