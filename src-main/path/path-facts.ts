import type { EndpointPort } from '../cluster/endpoint-ports.ts';
import type { EndpointSlice } from '../cluster/endpoint-slices.ts';
import type { Gateway } from '../cluster/gateways.ts';
import type { HttpRoute } from '../cluster/http-routes.ts';
import type { ClusterObject } from '../cluster/kinds.ts';
import type { L2Status } from '../cluster/l2-statuses.ts';
import type { ClusterNode } from '../cluster/nodes.ts';
import type { Pod } from '../cluster/pods.ts';
import type { RouteChoices } from '../cluster/route-matches.ts';
import type { ServicePolicy } from '../cluster/service-policy.ts';
import type { Service } from '../cluster/services.ts';
import type { PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { ForwardingEntry } from '../facts/forwarding.ts';
import type { NetworkInterface } from '../facts/interfaces.ts';
import type { KubeProxyMode } from '../facts/kube-proxy-mode.ts';
import type { Link } from '../facts/links.ts';
import type { ListeningPort } from '../facts/listening-ports.ts';
import type { Neighbour } from '../facts/neighbours.ts';
import type { OwnProxy } from '../facts/own-proxy.ts';
import type { Route } from '../facts/routes.ts';
import type { Lab } from '../lab/lab.ts';
import type { Ruleset } from '../netfilter/ruleset.ts';

/** What a machine said: the parsed value, and the text that it printed. */
export interface Reading<Value> {
  readonly machine: string;
  readonly command: string;
  /** It ran as root. */
  readonly sudo?: boolean | undefined;
  readonly text: string;
  readonly value: Value;
}

/** What one node says of its network; undefined: it could not be read. */
export interface NodeFacts {
  readonly name: string;
  readonly address: string;
  /** Why nothing of it is known: it cannot be reached. */
  readonly away: Text | undefined;
  readonly interfaces: Reading<readonly NetworkInterface[]> | undefined;
  readonly links: Reading<readonly Link[]> | undefined;
  readonly routes: Reading<readonly Route[]> | undefined;
  readonly neighbours: Reading<readonly Neighbour[]> | undefined;
  readonly forwarding: Reading<readonly ForwardingEntry[]> | undefined;
  readonly listening: Reading<readonly ListeningPort[]> | undefined;
  readonly mode: Reading<KubeProxyMode | undefined> | undefined;
  readonly iptables: Reading<string> | undefined;
  readonly nftables: Reading<string> | undefined;
  readonly remembered: Reading<ReadonlyMap<string, ReadonlySet<string>>> | undefined;
  /** iptables' and kube-proxy's own, as one. */
  readonly rules: Ruleset | undefined;
}

/** An object of the cluster as it was read, beside what was parsed of it. */
export type Seen<Value> = Value & { readonly object: ClusterObject };

export interface ClusterFacts {
  readonly nodes: Reading<readonly Seen<ClusterNode>[]> | undefined;
  readonly pods: Reading<readonly Seen<Pod>[]> | undefined;
  readonly services: Reading<readonly Seen<Service & ServicePolicy>[]> | undefined;
  readonly slices: Reading<readonly Seen<EndpointSlice & { readonly ports: readonly EndpointPort[] }>[]> | undefined;
  readonly gateways: Reading<readonly Seen<Gateway>[]> | undefined;
  readonly routes: Reading<readonly Seen<HttpRoute & RouteChoices>[]> | undefined;
  readonly statuses: Reading<readonly Seen<L2Status>[]> | undefined;
  readonly corefile: Reading<string> | undefined;
}

export interface ClientFacts {
  readonly interfaces: Reading<readonly NetworkInterface[]> | undefined;
  readonly neighbours: Reading<readonly Neighbour[]> | undefined;
  /** The proxy that its own curl asks; Hoplab's asks none. */
  readonly ownProxy: Reading<OwnProxy> | undefined;
  /** Whether the system resolver sends the lab's zone to the cluster. */
  readonly resolver: Reading<boolean> | undefined;
}

/** All that a path is predicted from. */
export interface PathFacts {
  readonly lab: Lab;
  readonly client: ClientFacts;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  readonly cluster: ClusterFacts;
  /** Where kube-proxy opens NodePorts; undefined: not asked, or not known. */
  readonly nodePortAddresses?: Reading<readonly string[]> | undefined;
  /** What could not be read. */
  readonly limits: readonly Text[];
}

/** Lines of an answer as evidence. */
export function quoted(
  { machine, command, sudo }: Omit<Reading<unknown>, 'text' | 'value'>,
  lines: readonly string[],
): PathEvidence {
  return { machine, command, ...(sudo === true && { sudo }), lines: [...lines] };
}

/**
 * The entries of an answer that have all the words: those of a JSON list, else lines. `words` are whole values in JSON.
 */
export function evidenceOf(reading: Reading<unknown> | undefined, ...words: readonly string[]): PathEvidence[] {
  if (!reading) return [];
  const { text } = reading;
  const isList = text.trimStart().startsWith('[');
  const entries = isList ? (JSON.parse(text) as unknown[]).map((entry) => JSON.stringify(entry)) : text.split('\n');
  const lines = entries.filter((entry) => words.every((word) => entry.includes(isList ? `"${word}"` : word)));
  return [quoted(reading, lines)];
}

/** An object of the cluster as evidence: the part of it that says so. */
export function objectEvidence(
  reading: Reading<unknown> | undefined,
  objects: readonly { readonly object: ClusterObject }[],
  part: 'spec' | 'status' | 'metadata' | 'endpoints',
): PathEvidence[] {
  if (!reading) return [];
  const lines = objects.map(({ object }) => {
    const { namespace = '', name } = object.metadata;
    return `${namespace === '' ? '' : `${namespace}/`}${name} ${part}: ${JSON.stringify((object as unknown as Record<string, unknown>)[part])}`;
  });
  return [quoted(reading, lines)];
}
