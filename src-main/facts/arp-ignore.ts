import { z } from 'zod';
import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

export const ARP_IGNORE = 'net.ipv4.conf.all.arp_ignore';

/** For which of its addresses a machine answers ARP: 0 for each, by whatever interface it is asked; 1 for those of that interface. */
export const arpIgnore: Fact<number> = {
  id: 'arp-ignore',
  command: sh`cat /proc/sys/net/ipv4/conf/all/arp_ignore`,
  parse: ({ stdout }) => z.coerce.number().int().min(0).max(8).parse(stdout.trim()),
};
