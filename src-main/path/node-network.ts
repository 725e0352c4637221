import type { KubeProxyMode } from '../contract/service-rules.ts';
import type { Route } from '../facts/routes.ts';
import { parseCidr } from '../lab/ipv4.ts';
import type { NodeFacts } from './path-facts.ts';
import { inNetwork } from '../netfilter/matching.ts';

/** The route of a node's main table for an address: the one with the longest prefix. */
export function routeFor(routes: readonly Route[], address: string): Route | undefined {
  const fitting = routes.filter(({ destination }) => destination === 'default' || inNetwork(address, destination));
  return fitting.sort((one, other) => lengthOf(other) - lengthOf(one))[0];
}

function lengthOf({ destination }: Route): number {
  if (destination === 'default') return 0;
  return destination.includes('/') ? parseCidr(destination).prefix : 32;
}

/** The addresses that a node itself has. */
export function ownAddresses({ interfaces }: NodeFacts): ReadonlySet<string> {
  return new Set(interfaces?.value.flatMap(({ ipv4 }) => ipv4.map(({ address }) => address)));
}

/** The address that a node sends from by an interface. */
export function addressOf({ interfaces }: NodeFacts, device: string): string | undefined {
  return interfaces?.value.find(({ name }) => name === device)?.ipv4[0]?.address;
}

export function macOf({ interfaces }: NodeFacts, device: string): string | null {
  return interfaces?.value.find(({ name }) => name === device)?.mac ?? null;
}

/** The interface by which a node is on the LAN. */
export function lanDevice({ interfaces, address }: NodeFacts): string {
  return interfaces?.value.find(({ ipv4 }) => ipv4.some((own) => own.address === address))?.name ?? '';
}

/** How kube-proxy works on a node: as it says; where it does not, by its own table of nftables or its interface of ipvs. */
export function modeOf({
  mode,
  nftables,
  links,
}: Pick<NodeFacts, 'mode' | 'nftables' | 'links'>): KubeProxyMode | undefined {
  if (mode?.value !== undefined) return mode.value;
  if (nftables?.value) return 'nftables';
  return links?.value.some(({ name }) => name === 'kube-ipvs0') ? 'ipvs' : undefined;
}
