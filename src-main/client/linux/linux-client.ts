import { sh } from '../../machines/command.ts';
import type { Client } from '../client.ts';
import { caCertificates } from './ca-certificates.ts';
import { systemdResolved } from './systemd-resolved.ts';

/** A Linux PC whose names are resolved by systemd-resolved. */
export function linuxClient(): Client {
  return {
    platform: 'linux',
    resolver: systemdResolved,
    trust: caCertificates,
    askArp: (address) =>
      // of its own address a machine asks as one that wants it: no other may have it
      sh`
        own=$(ip -o -4 addr show to ${address} | awk '{ print $2; exit }')
        if [ -n "$own" ]; then
          cat "/sys/class/net/$own/address"
          arping -D -b -c 2 -w 1 -I "$own" ${address}
        else
          interface=$(ip -o route get ${address} | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p') && arping -b -c 2 -w 1 -I "$interface" ${address}
        fi`,
    lookUp: (name) => sh`getent ahostsv4 ${name} | awk '{print $1}' | sort -u`,
  };
}
