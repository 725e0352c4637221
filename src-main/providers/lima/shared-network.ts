import ipaddr from 'ipaddr.js';
import { isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import { addressNumber, addressText, networkOf, type Network } from '../../lab/ipv4.ts';
import { sh } from '../../machines/command.ts';
import type { Change } from '../../plan/plan.ts';
import { onComputer, type Computer } from '../provider.ts';
import { networksUnread } from './lima-refusals.ts';
import { limaNetworks } from './limactl.ts';

/** Where socket_vmnet is when nobody says otherwise, and where Lima's own instructions put it. */
const SOCKET_VMNET = '/opt/socket_vmnet/bin/socket_vmnet';

/** DHCP of a /24 ends here: the addresses above are for nodes and MetalLB. */
const END = 99;

const dotted = z.ipv4();
const prefixOf = (netmask: string, context: z.RefinementCtx): number => {
  const prefix = ipaddr.IPv4.parse(netmask).prefixLengthFromSubnetMask();
  if (prefix !== null) return prefix;
  context.addIssue(`${netmask} is no netmask`);
  return z.NEVER;
};
const networksSchema = z.object({
  paths: z.object({ socketVMNet: z.string().default(SOCKET_VMNET) }).default({ socketVMNet: SOCKET_VMNET }),
  networks: z.object({
    shared: z.object({
      mode: z.literal('shared'),
      gateway: dotted,
      dhcpEnd: dotted.optional(),
      netmask: dotted.default('255.255.255.0').transform(prefixOf),
    }),
  }),
});

/** Lima's network `shared`: of the host, all instances and whatever addresses they take. */
export interface SharedNetwork {
  readonly socketVmnet: string;
  readonly lan: Network;
  readonly gateway: string;
  /** The last address that its DHCP server gives out. */
  readonly dhcpEnd: number;
  /** Where that is to be, to leave room for nodes. */
  readonly wantedEnd: number;
}

/** Of Lima's networks.yaml, or what will be in it where Lima has not written it yet. @throws StageRefused for what means nothing */
export function sharedNetwork({ home, text }: { home: string; text: string | undefined }): SharedNetwork {
  const read = networksSchema.safeParse(text === undefined ? AT_FIRST : plain(text));
  if (!read.success) throw networksUnread(`${home}/_config/networks.yaml`, z.prettifyError(read.error));
  const { paths, networks } = read.data;
  const { gateway, netmask, dhcpEnd } = networks.shared;
  const lan = networkOf(addressNumber(gateway), netmask);
  return {
    socketVmnet: paths.socketVMNet,
    lan,
    gateway,
    // pkg/networks/networks.go: same as gateway, last byte is 254
    dhcpEnd: dhcpEnd === undefined ? networkOf(addressNumber(gateway), 24).first + 254 : addressNumber(dhcpEnd),
    wantedEnd: lan.first + END,
  };
}

const AT_FIRST = {
  networks: { shared: { mode: 'shared', gateway: '192.168.105.1', dhcpEnd: '192.168.105.254' } },
};

/** What is no YAML is no mapping either. */
function plain(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length > 0 ? document.errors[0]?.message : document.toJS();
}

/** Has Lima write its networks.yaml, where it has not done so yet. */
export const writeNetworks: Change = onComputer({
  sentence: {
    en: "Have Lima write its networks.yaml with Lima's defaults",
    ja: 'Lima に既定の networks.yaml を書かせる',
  },
  command: sh`limactl network list --json`,
});

/** Lowers the end of the DHCP range and leaves the rest of the file as it is; the old file is kept beside it. */
export function lowerDhcpEnd(computer: Computer, home: string, { wantedEnd }: SharedNetwork): Change {
  const file = `${home}/_config/networks.yaml`;
  const end = addressText(wantedEnd);
  return onComputer({
    sentence: {
      en: `End the DHCP range of Lima's network shared at ${end}, so that the addresses above are free (dhcpEnd in ${file}; the old file is kept)`,
      ja: `Lima のネットワーク shared の DHCP 範囲を ${end} までにし、それより上を空ける (${file} の dhcpEnd。元のファイルは残す)`,
    },
    command: sh`
      set -e
      file=${file}
      cat > "$file.new"
      [ -e "$file.before-hoplab" ] || cp -p "$file" "$file.before-hoplab"
      mv "$file.new" "$file"`,
    input: async () => {
      const { text = '' } = await computer.read(limaNetworks);
      return { content: withDhcpEnd(text, end) };
    },
  });
}

function withDhcpEnd(text: string, end: string): string {
  const document = parseDocument(text);
  const path = ['networks', 'shared', 'dhcpEnd'];
  const now = document.getIn(path, true);
  if (isScalar(now) && now.range) return `${text.slice(0, now.range[0])}${end}${text.slice(now.range[1])}`;
  document.setIn(path, end);
  return document.toString({ lineWidth: 0 });
}
