import { isIPv4 } from 'node:net';
import { isInZone } from '../lab/in-zone.ts';

/** A name that CoreDNS's `hosts` plugin serves. */
export interface ZoneName {
  readonly name: string;
  readonly address: string;
}

/**
 * The names that a Corefile serves in a zone from a server block of its own, or undefined when it has no such block.
 * Format: https://coredns.io/manual/toc/#server-blocks and the plugin `hosts`.
 */
export function namesInZone(corefile: string, zone: string): readonly ZoneName[] | undefined {
  const lines = corefile.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const start = lines.findIndex((line) => line.endsWith('{') && serves(line, zone));
  if (start < 0) return undefined;
  const end = endOfBlock(lines, start);
  return lines.slice(start + 1, end).flatMap((line) => {
    const [address, ...names] = line.split(/\s+/);
    if (address === undefined || !isIPv4(address)) return [];
    return names.filter((name) => isInZone(name, zone)).map((name) => ({ name, address }));
  });
}

function serves(line: string, zone: string): boolean {
  return line
    .slice(0, -1)
    .split(/[\s,]+/)
    .some((key) => key.replace(/^dns:\/\//, '').replace(/:\d+$/, '') === zone);
}

function endOfBlock(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.endsWith('{')) depth += 1;
    if (line === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return lines.length;
}
