import { z } from 'zod';
import { sh } from '../machines/command.ts';
import { entriesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { deviceName, hardwareAddress, ipAddress } from './network-values.ts';

const schema = z.object({
  mac: hardwareAddress,
  ifname: deviceName.default(''),
  dst: ipAddress.optional(),
  master: deviceName.optional(),
  state: z.string().default(''),
});

export interface ForwardingEntry {
  readonly mac: string;
  readonly device: string;
  /** Of a VXLAN interface: the outer address that frames for this MAC go to. */
  readonly destination: string | undefined;
  /** The bridge whose entry it is. */
  readonly bridge: string | undefined;
  /** The interface's own address, not one that lies behind it. */
  readonly permanent: boolean;
}

/** Where a machine's bridges and VXLAN interfaces send a MAC address. Source: `bridge -j fdb` of iproute2. */
export const forwarding: Fact<readonly ForwardingEntry[]> = {
  id: 'forwarding',
  sudo: true, // bridge is not in the PATH of Debian's users
  command: sh`bridge -j fdb`,
  parse: ({ stdout }) =>
    entriesOf(stdout || '[]', schema).map(({ mac, ifname, dst, master, state }) => ({
      mac,
      device: ifname,
      destination: dst,
      bridge: master,
      permanent: state === 'permanent',
    })),
};
