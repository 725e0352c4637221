import { isIPv4 } from 'node:net';
import type { Fact } from '../facts/fact.ts';
import { interfaces } from '../facts/interfaces.ts';
import { noAnswer } from '../facts/no-answer.ts';
import { addressNumber, networkOf, type Network } from '../lab/ipv4.ts';
import { embed, sh } from '../machines/command.ts';

/** An IPv4 network that this computer is on. */
export interface OwnNetwork {
  readonly device: string;
  readonly address: string;
  readonly network: Network;
}

/**
 * The networks of this computer, without loopback. Sources: `ip -j addr` of iproute2; on a Mac ifconfig(8),
 * `en0: flags=…` and below it `\tinet 192.168.2.50 netmask 0xffffff00 broadcast …`.
 */
export const ownNetworks: Fact<readonly OwnNetwork[]> = {
  id: 'own-networks',
  command: sh`if command -v ip > /dev/null; then ${embed(interfaces.command)}; else ifconfig; fi`,
  parse: (printed) => {
    const all = printed.stdout.startsWith('[') ? ofLinux(printed) : ofMac(printed.stdout);
    if (all.length === 0) throw noAnswer(printed);
    return all.filter(({ address }) => !address.startsWith('127.'));
  },
};

function ofLinux(printed: Parameters<typeof interfaces.parse>[0]): readonly OwnNetwork[] {
  return interfaces
    .parse(printed)
    .flatMap(({ name, ipv4 }) => ipv4.map(({ address, prefix }) => own(name, address, prefix)));
}

function ofMac(stdout: string): readonly OwnNetwork[] {
  return stdout.split(/^(?=\S)/m).flatMap((part) => {
    const device = /^[\w.]+(?=:)/.exec(part)?.[0];
    if (device === undefined) return [];
    return [...part.matchAll(/^[\t ]+inet (\S+) (?:--> \S+ )?netmask 0x([0-9a-f]{8})\b/gm)].flatMap(
      ([, address = '', mask = '']) => (isIPv4(address) ? [own(device, address, bitsOf(mask))] : []),
    );
  });
}

function own(device: string, address: string, prefix: number): OwnNetwork {
  return { device, address, network: networkOf(addressNumber(address), prefix) };
}

/** `ffffff00`: 24. */
function bitsOf(mask: string): number {
  return Number.parseInt(mask, 16).toString(2).padStart(32, '0').lastIndexOf('1') + 1;
}
