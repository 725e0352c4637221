import { isIPv4 } from 'node:net';
import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { linesOf } from './entries.ts';

/** A line of /etc/hosts: an IPv4 address and its names. */
export interface HostsLine {
  /** Counted from 1. */
  readonly line: number;
  readonly address: string;
  readonly names: readonly string[];
}

/** The lines of /etc/hosts with names of a zone: Linux and macOS ask no name server for such a name. Source: hosts(5). */
export function hostsFile(zone: string): Fact<readonly HostsLine[]> {
  return {
    id: 'hosts-file',
    command: sh`grep -niF ${zone} /etc/hosts`,
    accept: [0, 1], // 1: no line has it
    parse: ({ stdout }) => linesOf(stdout, (line) => entryOf(line)).flat(),
  };
}

/** The first line that gives a name its address. */
export function hostsLineOf(lines: readonly HostsLine[], name: string): HostsLine | undefined {
  return lines.find(({ names }) => names.includes(name.toLowerCase()));
}

/** Undefined: it is no line of grep; empty: it gives no IPv4 address. */
function entryOf(line: string): readonly HostsLine[] | undefined {
  const [, number, entry] = /^(\d+):([^#]*)/.exec(line) ?? [];
  if (number === undefined || entry === undefined) return undefined;
  const [address = '', ...names] = entry.trim().toLowerCase().split(/\s+/);
  return isIPv4(address) ? [{ line: Number(number), address, names }] : [];
}
