import { sh, embed, type ShellCommand } from '../machines/command.ts';
import type { Change } from '../plan/plan.ts';

/** An address that a machine has for some seconds, besides its own. */
export interface Loan {
  readonly address: string;
  readonly machine: string;
  /** The interface on the LAN, and its MAC address. */
  readonly device: string;
  readonly mac: string;
}

/** Seconds after which the machine's kernel takes the address off by itself. */
export const LEASE = 60;

/** Puts the address on the machine and tells the LAN, as MetalLB's speaker does when it takes a VIP over. */
export function lend({ address, machine, device, mac }: Loan): Change {
  return {
    machine,
    sentence: {
      en: `Put ${address} on ${machine} (${device}) for at most ${LEASE} s`,
      ja: `${address} を ${machine} (${device}) に最長 ${LEASE} 秒だけ付ける`,
    },
    command: sh`ip addr replace ${address}/32 dev ${device} valid_lft ${LEASE} preferred_lft ${LEASE} && ${embed(announce(device, gratuitousArp(mac, address)))}`,
  };
}

/** Takes the address off, whether it is still there or not. */
export function takeBack({ address, machine, device }: Loan): Change {
  return {
    machine,
    sentence: { en: `Take ${address} off ${machine} again`, ja: `${address} を ${machine} から外す` },
    command: sh`ip addr del ${address}/32 dev ${device} 2> /dev/null; test -z "$(ip -4 -o addr show dev ${device} to ${address}/32)"`,
    timeout: 15_000,
  };
}

/** An Ethernet frame as hexadecimal digits: an ARP announcement (RFC 5227, section 2.3) of an address. */
export function gratuitousArp(mac: string, address: string): string {
  const hardware = mac.replaceAll(':', '');
  const protocol = address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
  const [ethernet, arp, nobody] = [`${'ff'.repeat(6)}${hardware}0806`, '0001080006040001', '00'.repeat(6)];
  return `${ethernet}${arp}${hardware}${protocol}${nobody}${protocol}`;
}

const PYTHON = `import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0))
s.send(bytes.fromhex(sys.argv[2]))`;

/** packet(7): family, protocol, interface, hardware type, packet type, length of the address, address. */
const PERL = `socket(S, 17, 3, 0) or die "socket: $!";
my $to = pack("S n l S C C a8", 17, 0x0806, $ARGV[0], 1, 0, 6, "\\xff" x 6);
send(S, pack("H*", $ARGV[1]), 0, $to) or die "send: $!";`;

/** Sends a frame with what nearly every Linux has: python3, or perl, which Debian and Ubuntu cannot be without. */
export function announce(device: string, frame: string): ShellCommand {
  return sh`
    if command -v python3 > /dev/null; then python3 -c ${PYTHON} ${device} ${frame}
    else perl -e ${PERL} "$(ip -o link show dev ${device} | cut -d: -f1)" ${frame}; fi`;
}
