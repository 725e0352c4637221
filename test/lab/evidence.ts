import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { pathSchema, type Path } from '../../src-main/contract/path.ts';
import { bin } from '../set-up/built.ts';
import { client, info } from './lab.ts';
import { labFilePath } from './lab-file.ts';

const tracedSchema = z.object({ path: pathSchema, strange: z.array(z.string()) });

/**
 * The path of a target on the lab, each of whose lines stands in what a machine printed: of an observed hop in what was printed for this
 * very request, of another in a table that was read.
 */
export async function tracedPath(target: string): Promise<Path> {
  const lab = await info();
  const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
  const program = join(import.meta.dirname, 'trace-noted.ts');
  const { stdout, stderr } = await client([bin('node'), quiet, program, labFilePath(lab), lab.ssh.knownHosts, target]);
  if (stdout.trim() === '') throw new Error(`${target} was not traced: ${stderr}`);
  const { path, strange } = tracedSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  expect(strange).toEqual([]);
  return path;
}
