import ipaddr from 'ipaddr.js';

/** Addresses from `first` to `last`, both included, as numbers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** A network without host bits. */
export interface Network extends AddressRange {
  readonly prefix: number;
}

/** A valid dotted address as a number. @throws Error for anything else. */
export function addressNumber(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce((number, octet) => number * 256 + octet, 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** The network of that prefix length that holds an address. */
export function networkOf(number: number, prefix: number): Network {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1, prefix };
}

/** `192.168.2.7/24` is read as the network 192.168.2.0/24. */
export function parseCidr(cidr: string): Network {
  const [address = '', prefix = ''] = cidr.split('/');
  return networkOf(addressNumber(address), Number(prefix));
}

export function networkText({ first, prefix }: Network): string {
  return `${addressText(first)}/${prefix}`;
}

/** A pool: `FIRST-LAST`, which may be reversed, or a CIDR. */
export function parsePool(pool: string): AddressRange {
  if (pool.includes('/')) return parseCidr(pool);
  const [first = '', last = ''] = pool.split('-');
  return { first: addressNumber(first), last: addressNumber(last) };
}

export function holds(range: AddressRange, number: number): boolean {
  return range.first <= number && number <= range.last;
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The smallest network of at least `/longest` that holds all numbers. */
export function commonNetwork(numbers: readonly number[], longest: number): Network {
  const lowest = Math.min(...numbers);
  const highest = Math.max(...numbers);
  for (let prefix = longest; prefix > 0; prefix -= 1) {
    const network = networkOf(lowest, prefix);
    if (holds(network, highest)) return network;
  }
  return networkOf(0, 0);
}

/** Private networks that labs rarely use, for suggestions. */
const spare: Record<'pods' | 'services', readonly string[]> = {
  pods: ['10.244.0.0/16', '10.200.0.0/16', '172.20.0.0/16', '172.30.0.0/16'],
  services: ['10.96.0.0/12', '10.112.0.0/12', '10.32.0.0/12', '172.16.0.0/16'],
};

/** A network for pods or services that overlaps nothing that is taken. */
export function spareCidr(purpose: keyof typeof spare, taken: readonly AddressRange[]): string {
  const free = spare[purpose].find((cidr) => !taken.some((range) => overlap(parseCidr(cidr), range)));
  return free ?? spare[purpose].at(-1) ?? '';
}
