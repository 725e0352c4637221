import { sh } from '../../machines/command.ts';
import type { Client } from '../client.ts';
import { systemdResolved } from './systemd-resolved.ts';

/** A Linux PC whose names are resolved by systemd-resolved. */
export function linuxClient(): Client {
  return {
    platform: 'linux',
    resolver: systemdResolved,
    askArp: (address) =>
      sh`interface=$(ip -o route get ${address} | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p') && arping -b -c 2 -w 1 -I "$interface" ${address}`,
    lookUp: (name) => sh`getent ahostsv4 ${name} | awk '{print $1}' | sort -u`,
  };
}
