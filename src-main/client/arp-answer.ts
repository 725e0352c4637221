import type { Fact } from '../facts/fact.ts';
import { twoDigits } from '../facts/neighbours.ts';
import type { Client } from './client.ts';

/** Who says on the LAN that an address is theirs. */
export interface ArpAnswer {
  readonly address: string;
  /** Lower case, two digits each. More than one: several machines have the address. */
  readonly macs: readonly string[];
  /** Whether the LAN was asked at all. */
  readonly asked: boolean;
}

/** Asks the LAN now, whatever the client's kernel remembers; a Mac answers from its memory where it has something there. */
export function arpAnswer(client: Client, address: string): Fact<ArpAnswer> {
  return {
    id: 'arp-answer',
    sudo: client.platform === 'linux',
    slow: true,
    command: client.askArp(address),
    accept: 'any',
    parse: ({ stdout }) => readArpAnswer(client, address, stdout),
  };
}

/** @param stdout what `askArp` printed: arping counts its probes, `arp` of macOS names the address */
export function readArpAnswer({ platform }: Client, address: string, stdout: string): ArpAnswer {
  const asked = platform === 'linux' ? /\bSent \d+ probe/.test(stdout) : stdout.includes(address);
  return { address, macs: macsIn(stdout), asked };
}

/** The distinct MAC addresses in what arping or `arp -n` printed, in lower case with two digits each. */
export function macsIn(text: string): readonly string[] {
  const found = text.match(/\b[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}\b/gi) ?? [];
  return [...new Set(found.map(twoDigits))];
}
