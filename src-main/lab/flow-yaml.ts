import { parse } from 'yaml';

export type FlowValue = string | number | boolean | undefined;

/** `{ a: b, c: d }`, without the undefined ones. */
export function flowMapping(values: Readonly<Record<string, FlowValue>>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return `{ ${pairs.map(([name, value]) => `${name}: ${scalar(value)}`).join(', ')} }`;
}

/** Plain where YAML reads it back as the same text, else in double quotes. */
export function scalar(value: FlowValue): string {
  if (typeof value !== 'string') return String(value);
  return /^[\w~./][\w~./-]*$/.test(value) && parse(value) === value ? value : JSON.stringify(value);
}
