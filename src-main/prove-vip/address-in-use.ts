import type { Fact } from '../facts/fact.ts';
import { neighbours, unansweredIn } from '../facts/neighbours.ts';
import { sh } from '../machines/command.ts';

/**
 * The MAC address of whoever answers ARP for an address on the LAN of a Linux machine that has not got it itself; undefined: nobody.
 * The connection makes the kernel ask; what it knew before is asked for again, which takes up to eight seconds, and longer where the
 * machine is slow: it is waited for until the kernel has done asking.
 */
export function holderOf(address: string): Fact<string | undefined> {
  return {
    id: 'holder-of',
    slow: true,
    command: sh`curl -q -s -o /dev/null --noproxy '*' -m 10 ${`http://${address}:9/`}
for _ in 1 2 3 4 5 6 7 8 9 10; do
  found=$(ip -j neigh show ${address})
  case $found in *INCOMPLETE*) sleep 1 ;; *) break ;; esac
done
printf '%s\n' "$found"`,
    parse: (printed) => {
      const known = neighbours.parse(printed).find((one) => one.address === address);
      if (known) return known.mac;
      if (unansweredIn(printed.stdout).includes(address)) return undefined;
      throw new Error('neither an answer nor a failure');
    },
  };
}
