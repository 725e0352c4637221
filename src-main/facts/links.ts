import { z } from 'zod';
import { sh } from '../machines/command.ts';
import { entriesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { deviceName, hardwareAddress, ipAddress, mtu as mtuValue, port as portValue } from './network-values.ts';

const vxlanSchema = z.object({
  id: z.number().int().min(0).optional(),
  local: ipAddress.optional(),
  port: portValue.optional(),
});

const schema = z.object({
  ifname: deviceName,
  address: hardwareAddress.default(''),
  mtu: mtuValue.default(0),
  flags: z.array(z.string()).default([]),
  master: deviceName.optional(),
  linkinfo: z
    .object({
      info_kind: z
        .string()
        .regex(/^[\w.-]{1,32}$/, 'no kind of an interface')
        .optional(),
      info_data: z.looseObject({}).optional(),
    })
    .optional(),
});

export interface Link {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** `veth`, `bridge`, `vxlan` …; undefined: a card of the machine, or lo. */
  readonly kind: string | undefined;
  /** The bridge that it is a port of. */
  readonly bridge: string | undefined;
  readonly vxlan: { readonly vni: number; readonly port: number; readonly local: string } | undefined;
}

/** A machine's interfaces with what kind each is. Source: `ip -j -d link` of iproute2. */
export const links: Fact<readonly Link[]> = {
  id: 'links',
  command: sh`ip -j -d link`,
  parse: ({ stdout }) =>
    entriesOf(stdout, schema).map(({ ifname, address, mtu, flags, master, linkinfo }) => {
      const isVxlan = linkinfo?.info_kind === 'vxlan';
      const { id, local, port } = isVxlan ? vxlanSchema.parse(linkinfo.info_data ?? {}) : {};
      return {
        name: ifname,
        mac: address,
        mtu,
        up: flags.includes('UP'),
        kind: linkinfo?.info_kind,
        bridge: master,
        vxlan: isVxlan && id !== undefined ? { vni: id, port: port ?? 0, local: local ?? '' } : undefined,
      };
    }),
};
