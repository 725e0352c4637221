/** A set of the kernel that rules of iptables look into: kube-proxy writes them in ipvs mode. */
export interface IpSet {
  /** What each part of an element is: `ip`, `port`, `net`. */
  readonly parts: readonly string[];
  /** `['10.96.0.1', 'tcp:443']`; of a set of ports alone `['30080']`. */
  readonly elements: readonly (readonly string[])[];
}

/** Which address or port of the packet a part of an element is compared with. */
export type Direction = 'src' | 'dst';

/**
 * The sets as `ipset save` prints them: `create KUBE-CLUSTER-IP hash:ip,port family inet …`, `add KUBE-CLUSTER-IP
 * 10.96.0.1,tcp:443`. Those of IPv6 are left out. @throws Error for anything else
 */
export function parseIpSets(text: string): ReadonlyMap<string, IpSet> {
  const sets = new Map<string, { parts: readonly string[]; elements: (readonly string[])[] }>();
  for (const line of text.split('\n')) {
    const [word, name = '', what = '', ...options] = line.trim().split(/\s+/);
    if (word === 'create' && !/family inet6|netmask|bitmask/.test(options.join(' ')))
      sets.set(name, { parts: what.replace(/^\w+:/, '').split(','), elements: [] });
    // what is taken out of a set again, or compared by a mask, is not judged
    else if (word === 'add' && options.includes('nomatch')) sets.delete(name);
    else if (word === 'add') sets.get(name)?.elements.push(what.split(','));
    else if (word !== 'create' && word !== '') throw new Error(`no line of ipset: ${line}`);
  }
  return sets;
}
