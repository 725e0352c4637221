import { z } from 'zod';
import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

const schema = z.array(
  z.object({
    dst: z.string(),
    dev: z.string().default(''),
    lladdr: z.string().optional(),
    state: z.array(z.string()).default([]),
  }),
);

export interface Neighbour {
  readonly address: string;
  readonly device: string;
  /** Lower case, two digits each. */
  readonly mac: string;
}

/**
 * Which MAC address a machine has for each address on its networks; entries without one (FAILED, INCOMPLETE) are left out.
 * Sources: `ip -j neigh` of iproute2; on a Mac `arp -an`: `? (192.168.2.200) at 52:54:0:a8:2:c on en0 ifscope [ethernet]`.
 */
export const neighbours: Fact<readonly Neighbour[]> = {
  id: 'neighbours',
  command: sh`if command -v ip > /dev/null; then ip -j neigh; else arp -an; fi`,
  parse: ({ stdout }) => (stdout.startsWith('[') ? parseJson(stdout) : parseArp(stdout)),
};

function parseJson(text: string): readonly Neighbour[] {
  return schema.parse(JSON.parse(text)).flatMap(({ dst, dev, lladdr, state }) => {
    const usable = lladdr !== undefined && !state.includes('FAILED') && !state.includes('INCOMPLETE');
    return usable ? [{ address: dst, device: dev, mac: lladdr }] : [];
  });
}

function parseArp(text: string): readonly Neighbour[] {
  return text.split('\n').flatMap((line) => {
    const [, address, mac, device] = /\(([\d.]+)\) at ([0-9a-f:]+) on (\S+)/i.exec(line) ?? [];
    if (address === undefined || mac === undefined || device === undefined) return [];
    return [{ address, device, mac: twoDigits(mac) }];
  });
}

/** A MAC address in lower case, with the leading zeros that a Mac leaves out. */
export function twoDigits(mac: string): string {
  return mac
    .toLowerCase()
    .split(':')
    .map((part) => part.padStart(2, '0'))
    .join(':');
}
