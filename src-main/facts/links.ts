import { z } from 'zod';
import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

const schema = z.array(
  z.object({
    ifname: z.string().default(''),
    address: z.string().default(''),
    mtu: z.number().default(0),
    flags: z.array(z.string()).default([]),
    master: z.string().optional(),
    linkinfo: z
      .object({
        info_kind: z.string().optional(),
        info_data: z
          .object({ id: z.number().optional(), local: z.string().optional(), port: z.number().optional() })
          .optional(),
      })
      .optional(),
  }),
);

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
    schema.parse(JSON.parse(stdout)).map(({ ifname, address, mtu, flags, master, linkinfo }) => {
      const { id, local, port } = linkinfo?.info_data ?? {};
      const isVxlan = linkinfo?.info_kind === 'vxlan';
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
