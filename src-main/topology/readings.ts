import type { ClusterKind, ClusterObjects } from '../cluster/kinds.ts';
import type { TopologySource } from '../contract/topology.ts';
import type { ForwardingEntry } from '../facts/forwarding.ts';
import type { NetworkInterface } from '../facts/interfaces.ts';
import type { NftablesTables } from '../facts/kube-proxy-rules.ts';
import type { Link } from '../facts/links.ts';
import type { Neighbour } from '../facts/neighbours.ts';
import type { Route } from '../facts/routes.ts';
import type { Lab } from '../lab/lab.ts';
import type { Ipvs } from '../netfilter/virtual-servers.ts';
import type { KernelTables } from '../netfilter/kernel-tables.ts';

/** What was read last, and the source that the picture names for it: its reading, or why there is none since. */
export interface Sourced<Value> {
  readonly source: TopologySource;
  readonly value: Value;
}

/** What one machine says of its network; absent: not read yet, or unreadable from the beginning. */
export interface MachineReadings {
  readonly interfaces?: Sourced<readonly NetworkInterface[]> | undefined;
  readonly links?: Sourced<readonly Link[]> | undefined;
  readonly routes?: Sourced<readonly Route[]> | undefined;
  readonly neighbours?: Sourced<readonly Neighbour[]> | undefined;
  readonly forwarding?: Sourced<readonly ForwardingEntry[]> | undefined;
  readonly 'packet-rules'?: Sourced<KernelTables> | undefined;
  readonly 'kube-proxy-rules'?: Sourced<NftablesTables> | undefined;
  /** Read where kube-proxy works with ipvs. */
  readonly 'ipvs-tables'?: Sourced<Ipvs> | undefined;
}

/** What the API server says, by kind; absent: not read yet. */
export type ClusterReadings = { readonly [Kind in ClusterKind]?: Sourced<readonly ClusterObjects[Kind][]> | undefined };

/** All that the picture is made of. */
export interface Readings {
  readonly lab: Lab;
  /** By the name of the machine; the client is `client`. */
  readonly machines: ReadonlyMap<string, MachineReadings>;
  readonly cluster: ClusterReadings;
  /** Whether the client's system resolver sends the zone to the cluster. */
  readonly resolver?: Sourced<boolean> | undefined;
}

/** Names fields that have a source of their own, leaving out what was not read. */
export function sourcesOf(fields: Readonly<Record<string, Sourced<unknown> | undefined>>): {
  sources: Record<string, string>;
} {
  const entries = Object.entries(fields).flatMap(([field, reading]) => (reading ? [[field, reading.source.id]] : []));
  return { sources: Object.fromEntries(entries) as Record<string, string> };
}
