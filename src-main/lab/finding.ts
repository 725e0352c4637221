import type { Text } from '../contract/text.ts';

/** Keys and list positions from the top of the lab file. */
export type Path = readonly (string | number)[];

/** A problem before its place in the text is known. */
export interface Finding {
  readonly path: Path;
  /** Where to point instead when the path is not in the file: what the default is at odds with. */
  readonly near?: Path | undefined;
  /** What the place points at; default the value. */
  readonly at?: 'key' | 'value';
  readonly text: Text;
  readonly remedy: Text;
}

/** `nodes[1].address` */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${shown(part)}`))
    .join('');
}

/**
 * A piece of the file as a sentence may quote it: short, and without characters that a terminal obeys (it may have been written by
 * anybody).
 */
export function shown(value: unknown): string {
  const text = scalarText(value);
  const plain = text.slice(0, 80).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�');
  return plain.length < text.length || plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  // Collections may contain themselves, and secrets.
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '{ … }';
}

/** What the raw file holds at a path; undefined where nothing is. */
export function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
