import { z } from 'zod';
import { sh } from '../machines/command.ts';
import { entriesOf, linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { deviceName, hardwareAddress, ipAddress, ipv4Address, macAddress } from './network-values.ts';

const schema = z.object({
  dst: ipAddress,
  dev: deviceName.default(''),
  lladdr: hardwareAddress.optional(),
  state: z.array(z.string()).default([]),
});

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

/** The addresses that a machine asked for without an answer, by the same texts: FAILED; on a Mac `at (incomplete)`. */
export function unansweredIn(text: string): readonly string[] {
  if (!text.startsWith('['))
    return [...text.matchAll(/^\S+ \(([\d.]+)\) at [(<]incomplete/gm)].map(([, address = '']) => address);
  return entriesOf(text, schema).flatMap(({ dst, state }) => (state.includes('FAILED') ? [dst] : []));
}

function parseJson(text: string): readonly Neighbour[] {
  return entriesOf(text, schema).flatMap(({ dst, dev, lladdr, state }) => {
    const usable = lladdr !== undefined && !state.includes('FAILED') && !state.includes('INCOMPLETE');
    return usable ? [{ address: dst, device: dev, mac: lladdr }] : [];
  });
}

function parseArp(text: string): readonly Neighbour[] {
  return linesOf(text, (line) => {
    const [, address, mac = '', device] = /^\S+ \(([\d.]+)\) at (\S+) (?:\[\w+\] )?on (\S+)/.exec(line) ?? [];
    if (address === undefined) return undefined;
    if (mac.endsWith('incomplete)') || mac.endsWith('incomplete>')) return [];
    const near = { address: ipv4Address.parse(address), device: deviceName.parse(device) };
    return [{ ...near, mac: macAddress.parse(twoDigits(mac)) }];
  }).flat();
}

/** A MAC address in lower case, with the leading zeros that a Mac leaves out. */
export function twoDigits(mac: string): string {
  return mac
    .toLowerCase()
    .split(':')
    .map((part) => part.padStart(2, '0'))
    .join(':');
}
