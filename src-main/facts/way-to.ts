import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { sh } from '../machines/command.ts';
import { entriesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { deviceName, ipAddress } from './network-values.ts';

const schema = z.object({
  dev: deviceName,
  gateway: ipAddress.optional(),
  prefsrc: ipAddress.optional(),
});

export interface WayTo {
  readonly device: string | undefined;
  /** Undefined: the address is on a network of the machine's own. */
  readonly gateway: string | undefined;
  /** The address that the machine sends from; a Mac does not say. */
  readonly source: string | undefined;
}

/**
 * Where a machine's kernel sends packets for an address; undefined: it has no route. Sources: `ip -j route get` of iproute2;
 * on a Mac `route -n get`, lines such as `  interface: en0`.
 */
export function wayTo(address: string): Fact<WayTo | undefined> {
  return {
    id: 'way-to',
    command: sh`if command -v ip > /dev/null; then ip -j route get ${address}; else route -n get ${address}; fi`,
    accept: 'any',
    parse: ({ stdout, stderr, exitCode }) => {
      if (exitCode !== 0) {
        if (NO_ROUTE.test(stderr)) return undefined;
        throw new Error(`exit code ${exitCode}`);
      }
      return stdout.trimStart().startsWith('[') ? parseJson(stdout) : parseMac(stdout);
    },
  };
}

function parseJson(text: string): WayTo | undefined {
  const [first] = entriesOf(text, schema);
  return first && { device: first.dev, gateway: first.gateway, source: first.prefsrc };
}

/** What Linux and a Mac say then; a route may forbid packets, too. */
const NO_ROUTE = /unreachable|no route|not in table|Permission denied|Invalid argument/i;

function parseMac(text: string): WayTo {
  const value = (name: string) => new RegExp(`^ *${name}: (\\S+)$`, 'm').exec(text)?.[1];
  const gateway = value('gateway');
  // of a neighbour it prints the MAC address or `link#6`
  return {
    device: deviceName.parse(value('interface')),
    gateway: gateway !== undefined && isIPv4(gateway) ? gateway : undefined,
    source: undefined,
  };
}
