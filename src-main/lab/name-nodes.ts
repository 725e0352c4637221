import { isIPv4 } from 'node:net';
import { fields } from './lab-fields.ts';

/** A machine as it is typed: `NAME=ADDRESS`, an address, or an alias of `~/.ssh/config`, which then names the node if it can. */
export function namedMachine(text: string): { readonly name?: string; readonly address: string } {
  const [first = '', address] = text.trim().split('=', 2);
  if (address !== undefined) return { name: first, address };
  return isAlias(first) && fields.nodeName.safeParse(first).success
    ? { name: first, address: first }
    : { address: first };
}

export function isAlias(address: string): boolean {
  return !isIPv4(address) && fields.address.safeParse(address).success;
}

/** Gives out the names k8s-worker1, k8s-worker2 …, without those that are taken. */
export function workerNames(taken: ReadonlySet<string | undefined>): () => string {
  let worker = 0;
  return () => {
    do worker += 1;
    while (taken.has(`k8s-worker${worker}`));
    return `k8s-worker${worker}`;
  };
}
