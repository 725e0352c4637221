import { z } from 'zod';
import { sh } from '../machines/command.ts';
import { entriesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { deviceName, ipAddress, routeDestination } from './network-values.ts';

const schema = z.object({
  dst: routeDestination,
  gateway: ipAddress.optional(),
  dev: deviceName.optional(),
  prefsrc: ipAddress.optional(),
});

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
    entriesOf(stdout || '[]', schema).map(({ dst, gateway, dev, prefsrc }) => ({
      destination: dst,
      gateway,
      device: dev,
      source: prefsrc,
    })),
};
