import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { sh } from '../machines/command.ts';
import { entriesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { deviceName, hardwareAddress, ipAddress, mtu as mtuValue } from './network-values.ts';

const schema = z.object({
  ifname: deviceName,
  address: hardwareAddress.default(''),
  mtu: mtuValue.default(0),
  addr_info: z
    .array(
      z.object({
        family: z.string(),
        local: ipAddress.optional(),
        prefixlen: z.number().int().min(0).max(128).optional(),
      }),
    )
    .default([]),
});

export interface NetworkInterface {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly ipv4: readonly { readonly address: string; readonly prefix: number }[];
}

/** A machine's network interfaces. Source: `ip -j addr` of iproute2. */
export const interfaces: Fact<readonly NetworkInterface[]> = {
  id: 'interfaces',
  command: sh`ip -j addr`,
  parse: ({ stdout }) =>
    entriesOf(stdout, schema).map(({ ifname, address, mtu, addr_info }) => ({
      name: ifname,
      mac: address,
      mtu,
      ipv4: addr_info.flatMap(({ family, local, prefixlen }) =>
        family === 'inet' && local !== undefined && isIPv4(local) ? [{ address: local, prefix: prefixlen ?? 32 }] : [],
      ),
    })),
};

/** The interface that carries an address. */
export function interfaceOf(all: readonly NetworkInterface[], address: string): NetworkInterface | undefined {
  return all.find(({ ipv4 }) => ipv4.some((own) => own.address === address));
}
