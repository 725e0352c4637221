/** A table as kubectl aligns it, with Hoplab's labels as the last columns. */
export function labelTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [[...names, 'STAGE', 'APPLIED'], ...rows];
  const widths = [...names, '', ''].map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) => `${row.map((word, column) => word.padEnd(widths[column] ?? 0)).join('   ')}\n`).join('');
}

export const DEFINITION_COLUMNS = ['NAME', 'SCOPE', 'VERSIONS', 'CREATED AT'];
export const SECRET_COLUMNS = ['NAMESPACE', 'NAME', 'TYPE', 'DATA', 'AGE'];

/** A row of a definition, as the API server of 1.37 tells it. */
export function definitionRow(name: string, stage: string, applied: string): readonly string[] {
  return [name, 'Namespaced', 'v1(storage)', '2026-11-28T05:58:21Z', stage, applied];
}
