import type { X509Certificate } from 'node:crypto';
import type { ShellCommand } from '../machines/command.ts';
import type { Machine } from '../machines/machine.ts';
import { sh } from '../machines/command.ts';
import type { Lab } from '../lab/lab.ts';
import type { Plan } from '../plan/plan.ts';
import { linuxClient } from './linux/linux-client.ts';
import { macosClient } from './macos/macos-client.ts';

/** What differs between the users' computers: how the system resolver learns a zone, and how one asks the LAN. */
export interface Client {
  readonly platform: 'linux' | 'macos';
  /** Sends the names of a zone, and only those, to a name server on the LAN. */
  readonly resolver: ClientResolver;
  readonly trust: ClientTrust;
  /** Asks who on the LAN has an address, several times, and prints each MAC address that answered, and its own where it has it. Needs root. */
  askArp(address: string): ShellCommand;
  /** Asks the system resolver, as a browser would; prints one IPv4 address a line. */
  lookUp(name: string): ShellCommand;
}

export interface ClientResolver {
  /** What is to be changed so that the zone's names are asked at `server`; nothing when it is so. */
  decide(machine: Machine, zone: ResolverZone): Promise<Plan>;
  /** What takes it back; nothing when there is nothing of ours. */
  undo(machine: Machine, zone: ResolverZone): Promise<Plan>;
}

/** The CAs that the client's system trusts, for all its programs that ask it. */
export interface ClientTrust {
  /** What makes the system trust a lab's CA; nothing when it does. */
  decide(machine: Machine, authority: TrustedAuthority): Promise<Plan>;
  /** What takes it back; nothing when it trusts none of that lab. */
  undo(machine: Machine, lab: string): Promise<Plan>;
}

export interface TrustedAuthority {
  readonly lab: string;
  /** The client's file with its certificate. */
  readonly path: string;
  /** Undefined: it is made by the change before. */
  readonly known: X509Certificate | undefined;
}

export interface ResolverZone {
  readonly zone: string;
  readonly address: string;
  readonly port: number;
}

/** Finds out what kind of computer the client is. */
export async function detectClient(machine: Machine): Promise<Client> {
  const { stdout } = await machine.run(sh`uname -s`);
  return stdout.trim() === 'Darwin' ? macosClient() : linuxClient();
}

export function resolverZone(lab: Lab): ResolverZone {
  const address = lab.nodes[0]?.address ?? '';
  return { zone: lab.dns.zone, address, port: lab.dns.nodePort };
}
