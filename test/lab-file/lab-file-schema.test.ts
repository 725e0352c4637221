import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { labFileJsonSchema, labFileSchema } from '../../src-main/lab/lab-file-schema.ts';
import { labText } from './example.ts';
import { refusedLabs } from './refused-labs.ts';
import { validLabs } from './valid-labs.ts';

const file = new URL('../../resources/lab.schema.json', import.meta.url);
const accepts = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  labFileJsonSchema(),
);

describe('the published JSON Schema', () => {
  it('is the one that the lab file is validated with (UPDATE=1 writes it)', async () => {
    const generated = await format(JSON.stringify(labFileJsonSchema()), { parser: 'json', printWidth: 120 });
    if (process.env['UPDATE'] === '1') await writeFile(file, generated);
    expect(await readFile(file, 'utf8')).toBe(generated);
  });

  it.each(Object.entries(validLabs))('accepts %s', (_, text) => {
    accepts(parse(text));
    expect(accepts.errors).toBeNull();
  });

  it.each(refusedLabs)('and Hoplab agree on the structure of %s', (_, lines) => {
    const raw: unknown = parse(labText(lines), { uniqueKeys: false });
    expect(accepts(raw)).toBe(labFileSchema.safeParse(raw).success);
  });

  it('describes every key to an editor', () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value as object)) {
            if (!Object.hasOwn(property as object, 'description')) undescribed.push(`${path}.${name}`);
          }
        }
        visit(value, `${path}.${key}`);
      }
    };
    visit(labFileJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
