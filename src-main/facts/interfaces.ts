import { z } from 'zod';
import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

const schema = z.array(
  z.object({
    ifname: z.string().default(''),
    address: z.string().default(''),
    mtu: z.number().default(0),
    addr_info: z
      .array(z.object({ family: z.string(), local: z.string().optional(), prefixlen: z.number().optional() }))
      .default([]),
  }),
);

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
    schema.parse(JSON.parse(stdout)).map(({ ifname, address, mtu, addr_info }) => ({
      name: ifname,
      mac: address,
      mtu,
      ipv4: addr_info.flatMap(({ family, local, prefixlen }) =>
        family === 'inet' && local !== undefined ? [{ address: local, prefix: prefixlen ?? 32 }] : [],
      ),
    })),
};

/** The interface that carries an address. */
export function interfaceOf(all: readonly NetworkInterface[], address: string): NetworkInterface | undefined {
  return all.find(({ ipv4 }) => ipv4.some((own) => own.address === address));
}
