import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import type { Fact } from '../../facts/fact.ts';
import { ipv4Address } from '../../facts/network-values.ts';
import { addressNumber, holds, networkOf, networkText, parseCidr, type Network } from '../../lab/ipv4.ts';
import { MachineError } from '../../machines/errors.ts';
import { sh } from '../../machines/command.ts';
import type { Computer } from '../provider.ts';
import { givenOf, multipassInstances } from './multipass-cli.ts';

const bridgeSchema = z.array(
  z.object({
    addr_info: z
      .array(z.object({ family: z.string(), local: ipv4Address, prefixlen: z.number().int().min(1).max(32) }))
      .default([]),
  }),
);

/**
 * The network of Multipass's bridge on Linux, which has no carrier while no instance runs, so that Node.js does not list it. Sources:
 * backends/qemu/linux/qemu_platform_detail_linux.cpp names it; `ip -j addr` of iproute2, which fails where there is no such interface.
 */
const bridge: Fact<readonly Network[]> = {
  id: 'multipass-bridge',
  command: sh`ip -4 -j addr show dev mpqemubr0`,
  accept: 'any',
  parse: ({ stdout, exitCode }) => {
    if (exitCode !== 0) return [];
    const interfaces = bridgeSchema.parse(JSON.parse(stdout));
    return interfaces.flatMap(({ addr_info }) =>
      addr_info.map(({ local, prefixlen }) => parseCidr(`${local}/${prefixlen}`)),
    );
  },
};

/** The interfaces of vmnet on a Mac: of every program's VMs, and only while some run. */
const VMNET = /^bridge1\d\d$/;

/** Of socket_vmnet, which is Lima's. */
const OF_LIMA = '192.168.105.0/24';

/**
 * The network from which Multipass gives its instances addresses: that of one that runs, else that of its bridge. Undefined where
 * neither is there, or it may be another program's.
 */
export async function multipassNetwork(
  computer: Computer,
  interfaces = networkInterfaces(),
): Promise<string | undefined> {
  const [given] = await answered(async () => (await computer.read(multipassInstances)).flatMap(givenOf));
  const own = computer.platform === 'linux' ? await answered(() => computer.read(bridge)) : vmnets(interfaces);
  const network = given === undefined ? only(own) : networkAround(given, [...own, ...all(interfaces)]);
  return network && network.prefix <= 24 ? networkText(network) : undefined;
}

function networkAround(address: string, networks: readonly Network[]): Network {
  const number = addressNumber(address);
  return networks.find((network) => holds(network, number)) ?? networkOf(number, 24);
}

/** The one network that there is. */
function only(networks: readonly Network[]): Network | undefined {
  return new Set(networks.map(networkText)).size === 1 ? networks[0] : undefined;
}

type Interfaces = ReturnType<typeof networkInterfaces>;

function vmnets(interfaces: Interfaces): Network[] {
  const bridges = Object.fromEntries(Object.entries(interfaces).filter(([name]) => VMNET.test(name)));
  return all(bridges).filter((network) => networkText(network) !== OF_LIMA);
}

function all(interfaces: Interfaces): Network[] {
  return Object.values(interfaces).flatMap((addresses = []) =>
    addresses.flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [parseCidr(cidr)] : [])),
  );
}

/** Nothing where the computer does not answer: another source may. */
async function answered<Value>(ask: () => Promise<readonly Value[]>): Promise<readonly Value[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MachineError) return [];
    throw error;
  }
}
