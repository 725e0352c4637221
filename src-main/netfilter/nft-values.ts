import type { Field } from './ruleset.ts';

/** Reads what nft's JSON leaves to be read: every value may be of any form. Format: libnftables-json(5). */
export function property(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** An element of a set or the key of a map: a value for each of its fields. A network stays a CIDR, a range `first-last`. */
export function elementOf(value: unknown): readonly string[] {
  const inner = property(value, 'elem', 'val');
  if (inner !== undefined) return elementOf(inner);
  const parts = property(value, 'concat');
  return Array.isArray(parts) ? parts.map(wordOf) : [wordOf(value)];
}

function wordOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  const address = property(value, 'prefix', 'addr');
  const length = property(value, 'prefix', 'len');
  if (typeof address === 'string' && typeof length === 'number') return `${address}/${length}`;
  const range = property(value, 'range');
  return Array.isArray(range) ? range.map(wordOf).join('-') : JSON.stringify(value);
}

const OF_IP = new Map<unknown, Field>([
  ['saddr', 'source'],
  ['daddr', 'destination'],
  ['protocol', 'protocol'],
]);
const OF_TRANSPORT = new Map<unknown, Field>([
  ['sport', 'source-port'],
  ['dport', 'destination-port'],
]);

/** What an expression looks at; undefined when it is none of the fields that Services are found by. */
export function fieldOf(expression: unknown): Field | undefined {
  if (property(expression, 'meta', 'key') === 'l4proto') return 'protocol';
  const field = property(expression, 'payload', 'field');
  return property(expression, 'payload', 'protocol') === 'ip' ? OF_IP.get(field) : OF_TRANSPORT.get(field);
}

/** The fields of a key: one, or several joined. */
export function fieldsOf(expression: unknown): readonly Field[] | undefined {
  const parts = property(expression, 'concat');
  const fields = (Array.isArray(parts) ? parts : [expression]).map(fieldOf);
  return fields.every((field) => field !== undefined) ? fields : undefined;
}
