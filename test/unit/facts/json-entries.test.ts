import { describe, expect, it } from 'vitest';
import { escapedLines, jsonEntries, jsonEntry } from '../../../src-main/facts/json-entries.ts';

describe('entries of a JSON text', () => {
  const value = { 'a"b': '{ [x], "y": 1 }', list: [1, { deep: [] }, 'z\\'], empty: {}, none: null };

  it.each([undefined, 4])('stand in it, and are what JSON.parse makes of them; indent %s', (indent) => {
    const text = JSON.stringify(value, undefined, indent);
    const entries = jsonEntries(text);
    expect(entries.map(({ key, value: source }) => [key, JSON.parse(source) as unknown])).toEqual(
      Object.entries(value),
    );
    for (const { source } of entries) expect(text).toContain(source);
    expect(jsonEntry(text, 'list', '1', 'deep')?.source).toMatch(/^"deep": ?\[\]$/);
    expect(jsonEntry(text, 'list', '3')).toBeUndefined();
    expect(jsonEntries(jsonEntry(text, 'empty')?.value ?? '')).toEqual([]);
  });

  it('the lines of a text within it are its own, with their escapes', () => {
    const text = 'a {\n  b "c" \\n\td\n}\n';
    const source = JSON.stringify(text);
    const lines = escapedLines(source);
    expect(lines).toEqual(['a {', String.raw`  b \"c\" \\n\td`, '}', '']);
    expect(lines.map((line) => JSON.parse(`"${line}"`) as string).join('\n')).toBe(text);
  });
});
