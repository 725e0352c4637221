import { readFile, rename } from 'node:fs/promises';
import type { z } from 'zod';
import { unlessAbsent } from '../is-absent.ts';
import { writeAtomically } from '../write-atomically.ts';

/**
 * A small file of Hoplab's own, checked by a schema. One that is missing or damaged reads as the schema's default;
 * a damaged one is kept beside it as `NAME.damaged`.
 */
export class JsonFile<Schema extends z.ZodType> {
  readonly file: string;
  readonly #schema: Schema;
  readonly #empty: z.output<Schema>;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(file: string, schema: Schema, empty: z.output<Schema>) {
    this.file = file;
    this.#schema = schema;
    this.#empty = empty;
  }

  async read(): Promise<z.output<Schema>> {
    const text = await readFile(this.file, 'utf8').catch(unlessAbsent);
    if (text === undefined) return this.#empty;
    const parsed = this.#schema.safeParse(plain(text));
    if (parsed.success) return parsed.data;
    await rename(this.file, `${this.file}.damaged`);
    return this.#empty;
  }

  /** Reads, changes and writes; calls wait for each other. Returns what was written. */
  change(edit: (value: z.output<Schema>) => z.output<Schema>): Promise<z.output<Schema>> {
    const change = this.#writing.then(async () => {
      const value = edit(await this.read());
      await writeAtomically(this.file, `${JSON.stringify(value, undefined, 2)}\n`);
      return value;
    });
    this.#writing = change.catch(() => undefined);
    return change;
  }
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it
  }
}
