import { z } from 'zod';
import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

const schema = z.array(
  z.object({ dev: z.string().optional(), gateway: z.string().optional(), prefsrc: z.string().optional() }),
);

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
    parse: ({ stdout, exitCode }) => {
      if (exitCode !== 0) return undefined;
      return stdout.trimStart().startsWith('[') ? parseJson(stdout) : parseMac(stdout);
    },
  };
}

function parseJson(text: string): WayTo | undefined {
  const [first] = schema.parse(JSON.parse(text));
  return first && { device: first.dev, gateway: first.gateway, source: first.prefsrc };
}

function parseMac(text: string): WayTo {
  const value = (name: string) => new RegExp(`^ *${name}: (\\S+)$`, 'm').exec(text)?.[1];
  const gateway = value('gateway');
  // of a neighbour it prints the MAC address or `link#6`
  return {
    device: value('interface'),
    gateway: gateway !== undefined && /^\d+(?:\.\d+){3}$/.test(gateway) ? gateway : undefined,
    source: undefined,
  };
}
