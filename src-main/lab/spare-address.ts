import { addressText, parsePool } from './ipv4.ts';
import type { Lab } from './lab.ts';

/** An address of the pool for the Gateway until it takes the VIP over; undefined when the pool has only that one. */
export function spareAddress({ loadBalancer: { pool, vip } }: Lab): string | undefined {
  const { first, last } = parsePool(pool);
  return [last, first].map(addressText).find((address) => address !== vip);
}
