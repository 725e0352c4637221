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

/** The rows below the names of the columns; none where there is no cluster. @throws Error where the names are missing */
export function rowsOf(printed: Printed): readonly (readonly string[])[] {
  if (printed.exitCode !== 0) return [];
  const [names = '', ...rows] = printed.stdout.trim().split('\n');
  if (!/^[A-Z0-9]+(?: +[A-Z0-9]+)*$/.test(names)) throw noAnswer(printed);
  const cells = rows.map((row) => row.trim().split(/\s+/));
  if (!cells.every((row) => row.length === names.split(/ +/).length)) throw new Error('a row with other columns');
  return cells;
}
