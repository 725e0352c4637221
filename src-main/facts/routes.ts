import { z } from 'zod';
import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

const schema = z.array(
  z.object({
    dst: z.string(),
    gateway: z.string().optional(),
    dev: z.string().optional(),
    prefsrc: z.string().optional(),
  }),
);

export interface Route {
  /** CIDR, an address, or `default`. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly device: string | undefined;
  /** The machine's own address on a network that it is on. */
  readonly source: string | undefined;
}

/** A machine's routes of the main table. Source: `ip -j route` of iproute2. */
export const routes: Fact<readonly Route[]> = {
  id: 'routes',
  command: sh`ip -j route`,
  parse: ({ stdout }) =>
    schema.parse(JSON.parse(stdout || '[]')).map(({ dst, gateway, dev, prefsrc }) => ({
      destination: dst,
      gateway,
      device: dev,
      source: prefsrc,
    })),
};
