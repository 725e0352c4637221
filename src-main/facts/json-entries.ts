/** A member of an object, or an element of a list, as it stands in a text of JSON. */
export interface JsonEntry {
  /** Of an element its place: `0`. */
  readonly key: string;
  /** Of a member with its key: `"name": "web"`. */
  readonly source: string;
  readonly value: string;
}

/** Strings, so that nothing in them counts, and what parts values. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]/g;

/** The entries of an object or a list, of a text that is known to be JSON. JSON.parse tells values, not where they stand. */
export function jsonEntries(text: string): readonly JsonEntry[] {
  const entries: JsonEntry[] = [];
  let depth = 0;
  let start = 0;
  let colon: number | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const closes = token === ']' || token === '}';
    if (depth === 1 && (closes || token === ',')) {
      const source = text.slice(start, index).trim();
      const value = colon === undefined ? source : text.slice(colon + 1, index).trim();
      const key = colon === undefined ? String(entries.length) : (JSON.parse(text.slice(start, colon)) as string);
      if (source !== '') entries.push({ key, source, value });
      start = index + 1;
      colon = undefined;
    }
    if (closes) depth -= 1;
    else if (token === '[' || token === '{') {
      depth += 1;
      if (depth === 1) start = index + 1;
    } else if (token === ':' && depth === 1) colon = index;
  }
  return entries;
}

/** An entry far inside: `items`, `0`, `data`. Undefined: it is not there. */
export function jsonEntry(text: string, ...[key, ...rest]: readonly string[]): JsonEntry | undefined {
  const found = jsonEntries(text).find((entry) => entry.key === key);
  return found && rest.length > 0 ? jsonEntry(found.value, ...rest) : found;
}

/** The lines of a text that is a value of JSON, as they stand there: between the escapes of its newlines. */
export function escapedLines(value: string): readonly string[] {
  return value
    .slice(1, -1)
    .replaceAll(/\\(.)/g, (pair: string, escaped: string) => (escaped === 'n' ? '\n' : pair))
    .split('\n');
}
