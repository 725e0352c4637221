/** Ids of elements: the same as long as the thing lives. */
export const idOf = {
  client: 'client',
  lan: 'lan',
  vip: 'vip',
  zone: 'zone',
  node: (name: string) => `node/${name}`,
  interface: (node: string, name: string) => `interface/${node}/${name}`,
  filter: (node: string) => `filter/${node}`,
  chain: (node: string, match: string, protocol: string) => `chain/${node}/${match}/${protocol}`,
  otherRule: (node: string, place: string) => `other-rule/${node}/${place}`,
  tunnel: (from: string, mac: string) => `tunnel/${from}/${mac}`,
  pod: (namespace: string, name: string) => `pod/${namespace}/${name}`,
  service: (namespace: string, name: string) => `service/${namespace}/${name}`,
  gateway: (namespace: string, name: string) => `gateway/${namespace}/${name}`,
  route: (namespace: string, name: string) => `route/${namespace}/${name}`,
} as const;
