import { noAnswer } from '../facts/no-answer.ts';
import type { Printed } from '../machines/machine.ts';

/** Columns of metadata, as kubectl's `-o` takes them. The line of their names is printed also where nothing was found. */
export function columns(fields: Readonly<Record<string, string>>): string {
  return `custom-columns=${Object.entries(fields)
    .map(([name, path]) => `${name}:.metadata.${path}`)
    .join(',')}`;
}

export function labelPath(label: string): string {
  return `labels.${label.replaceAll('.', '\\.')}`;
}

/** The rows below the names of the columns; none where there is no cluster. @throws Error where those names are missing */
export function rowsOf(printed: Printed, fields: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  if (printed.exitCode !== 0) return [];
  const expected = Object.keys(fields);
  const [names = '', ...rows] = printed.stdout.trim().split('\n');
  if (names.split(/ +/).join(' ') !== expected.join(' ')) throw noAnswer(printed);
  const cells = rows.map((row) => row.trim().split(/\s+/));
  if (!cells.every((row) => row.length === expected.length)) throw new Error('a row with other columns');
  return cells;
}
