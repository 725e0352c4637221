import { sh } from '../../machines/command.ts';
import type { Client } from '../client.ts';
import { systemKeychain } from './system-keychain.ts';
import { etcResolver } from './etc-resolver.ts';

/** A Mac. `root` stands for `/` in tests. */
export function macosClient(root = ''): Client {
  return {
    platform: 'macos',
    resolver: etcResolver(root),
    trust: systemKeychain,
    // macOS has no arping: fill the neighbour table by asking for anything, then read it.
    askArp: (address) => sh`ping -c 1 -t 1 ${address} > /dev/null 2>&1; arp -n ${address}`,
    lookUp: (name) => sh`dscacheutil -q host -a name ${name} | awk '$1 == "ip_address:" {print $2}' | sort -u`,
  };
}
