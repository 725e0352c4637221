import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { parseCatalogue, type Catalogue } from '../../src-main/bundle/catalogue.ts';
import { parseVmImages } from '../../src-main/bundle/vm-image-catalogue.ts';
import { compareVmImages } from './compare-vm-images.ts';
import { compare, type CompareOptions, type Row } from './compare.ts';
import type { Network } from './served.ts';

/** The text of a catalogue, always the same for the same values. @param file where it will be: its folder says how it is formatted */
export async function catalogueText(catalogue: Catalogue, file: string): Promise<string> {
  // on one line each where it fits
  return format(JSON.stringify(catalogue), { ...(await resolveConfig(file)), parser: 'json' });
}

export interface Errand extends CompareOptions {
  /** The catalogue. */
  readonly file: string;
  readonly network: Network;
  readonly say: (line: string) => void;
}

/** Compares every pin with what its publisher serves. Returns 1, with a table, when one differs or could not be read. */
export async function check({ file, network, say, ...options }: Errand): Promise<number> {
  const { differences, unknown } = await compare(await read(file), network, options);
  for (const line of table('not pinned', unknown)) say(line);
  for (const line of table('DIFFERS', differences)) say(line);
  say(differences.length === 0 ? 'Every pin is what its publisher serves.' : `${differences.length} differ.`);
  return differences.length === 0 ? 0 : 1;
}

/** The same of the images that VMs boot. @param errand whose file is theirs */
export async function checkVmImages({ file, network, say, onAsk }: Errand): Promise<number> {
  const images = parseVmImages(JSON.parse(await readFile(file, 'utf8')));
  const differences = await compareVmImages(images, network, onAsk);
  for (const line of table('DIFFERS', differences)) say(line);
  say(differences.length === 0 ? 'Every image is what its publisher serves.' : `${differences.length} differ.`);
  return differences.length === 0 ? 0 : 1;
}

/** Writes into the catalogue what it does not have yet. Returns 1, with a table, when a pin differs: that is left as it is. */
export async function pin({ file, network, say, ...options }: Errand): Promise<number> {
  const { differences, unknown, catalogue } = await compare(await read(file), network, options);
  const text = await catalogueText(parseCatalogue(catalogue), file);
  const before = await readFile(file, 'utf8');
  if (text !== before) await writeFile(file, text);
  for (const line of table('pinned', unknown)) say(line);
  for (const line of table('DIFFERS, left as it is', differences)) say(line);
  say(text === before ? `${file} is as it was.` : `${file}: ${unknown.length} values more.`);
  return differences.length === 0 ? 0 : 1;
}

async function read(file: string): Promise<Catalogue> {
  return parseCatalogue(JSON.parse(await readFile(file, 'utf8')));
}

/** `DIFFERS  sha256  WHERE`, and below it both values. */
function table(word: string, rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ where, what, pinned, served, problem }) => {
    if (problem !== undefined) return [`${word}  ${where}`, `    ${problem}`];
    const values = pinned === undefined ? [served] : [`${pinned} in the catalogue`, `${served ?? 'nothing'} served`];
    return [`${word}  ${what}  ${where}`, ...values.map((value) => `    ${value ?? ''}`)];
  });
}
