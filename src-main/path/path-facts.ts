import type { EndpointSlice } from '../cluster/endpoint-slices.ts';
import type { Gateway } from '../cluster/gateways.ts';
import type { HttpRoute } from '../cluster/http-routes.ts';
import type { L2Advertisement } from '../cluster/l2-advertisements.ts';
import type { L2Status } from '../cluster/l2-statuses.ts';
import type { ClusterNode } from '../cluster/nodes.ts';
import type { Pod } from '../cluster/pods.ts';
import type { Service } from '../cluster/services.ts';
import type { PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { ForwardingEntry } from '../facts/forwarding.ts';
import type { NetworkInterface } from '../facts/interfaces.ts';
import type { KubeProxyMode } from '../contract/service-rules.ts';
import { jsonEntries, jsonEntry } from '../facts/json-entries.ts';
import type { Link } from '../facts/links.ts';
import type { ListeningPort } from '../facts/listening-ports.ts';
import type { Neighbour } from '../facts/neighbours.ts';
import type { OwnProxy } from '../facts/own-proxy.ts';
import type { Read } from '../facts/reading.ts';
import type { Route } from '../facts/routes.ts';
import type { Lab } from '../lab/lab.ts';
import type { Ipvs } from '../netfilter/virtual-servers.ts';
import type { Ruleset } from '../netfilter/ruleset.ts';

/** What one node says of its network; undefined: it could not be read. */
export interface NodeFacts {
  readonly name: string;
  readonly address: string;
  /** Why nothing of it is known: it cannot be reached. */
  readonly away: Text | undefined;
  readonly interfaces: Read<readonly NetworkInterface[]> | undefined;
  readonly links: Read<readonly Link[]> | undefined;
  readonly routes: Read<readonly Route[]> | undefined;
  readonly neighbours: Read<readonly Neighbour[]> | undefined;
  readonly forwarding: Read<readonly ForwardingEntry[]> | undefined;
  readonly listening: Read<readonly ListeningPort[]> | undefined;
  readonly mode: Read<KubeProxyMode | undefined> | undefined;
  readonly iptables: Read<string> | undefined;
  readonly nftables: Read<string> | undefined;
  readonly remembered: Read<ReadonlyMap<string, ReadonlySet<string>>> | undefined;
  /** Undefined as well where kube-proxy does not work with it. */
  readonly ipvs: Read<Ipvs> | undefined;
  /** iptables' and kube-proxy's own, as one. */
  readonly rules: Ruleset | undefined;
}

/** What was parsed of an object of the cluster, beside its text in the answer. */
export type Seen<Value> = Value & { readonly source: string };

export interface ClusterFacts {
  readonly nodes: Read<readonly Seen<ClusterNode>[]> | undefined;
  readonly pods: Read<readonly Seen<Pod>[]> | undefined;
  readonly services: Read<readonly Seen<Service>[]> | undefined;
  readonly slices: Read<readonly Seen<EndpointSlice>[]> | undefined;
  readonly gateways: Read<readonly Seen<Gateway>[]> | undefined;
  readonly routes: Read<readonly Seen<HttpRoute>[]> | undefined;
  readonly statuses: Read<readonly Seen<L2Status>[]> | undefined;
  /** The text of the answer is JSON: the Corefile's lines stand there with escapes. */
  readonly corefile: Read<string> | undefined;
}

export interface ClientFacts {
  readonly interfaces: Read<readonly NetworkInterface[]> | undefined;
  readonly neighbours: Read<readonly Neighbour[]> | undefined;
  /** The proxy that its own curl asks; Hoplab's asks none. */
  readonly ownProxy: Read<OwnProxy> | undefined;
  /** Whether the system resolver sends the lab's zone to the cluster. */
  readonly resolver: Read<boolean> | undefined;
}

/** All that a path is predicted from. */
export interface PathFacts {
  readonly lab: Lab;
  readonly client: ClientFacts;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  readonly cluster: ClusterFacts;
  /** Where kube-proxy opens NodePorts; undefined: not asked, or not known. */
  readonly nodePortAddresses?: Read<readonly string[]> | undefined;
  /** How MetalLB announces; undefined: not asked, or not known. */
  readonly advertisements?: Read<readonly L2Advertisement[]> | undefined;
  /** What could not be read or watched. */
  readonly unknown: readonly Text[];
}

/** Lines of one answer, each as it stands there. Only `quoted` and `told` make one. */
export type Quote = PathEvidence & { readonly __quoted: unique symbol };

/** Of an answer that belongs to the request that was made: to it itself, or to those who watched it. */
export type Told = Quote & { readonly __told: unique symbol };

/** An answer, whatever was read from it: a reading, or what the request itself made somebody print. */
export interface Answered {
  readonly machine: string;
  readonly command: string;
  /** It ran as root. */
  readonly sudo?: boolean;
  readonly text: string;
}

/** Lines of an answer as evidence. What does not stand there is none, and is left out. */
export function quoted({ machine, command, sudo, text }: Answered, lines: readonly string[]): Quote {
  const found = lines.filter((line) => line.trim() !== '' && text.includes(line));
  return { machine, command, ...(sudo === true && { sudo }), lines: found } as PathEvidence as Quote;
}

/** The same of what was printed for the request itself. */
export function told(answer: Answered, lines: readonly string[]): Told {
  return quoted(answer, lines) as Told;
}

/** Those of one answer as one. */
export function joined<One extends Quote>(quotes: readonly One[]): readonly One[] {
  const answers = new Map<string, One>();
  for (const one of quotes) {
    const key = `${one.machine} ${one.command}`;
    answers.set(key, { ...one, lines: [...(answers.get(key)?.lines ?? []), ...one.lines] });
  }
  return [...answers.values()];
}

/** The entries of an answer that have all the words, each as a whole: those of a JSON list, else lines. Without words: all. */
export function evidenceOf(reading: Answered | undefined, ...words: readonly string[]): Quote[] {
  if (!reading) return [];
  const { text } = reading;
  const isList = isJsonList(text);
  const entries = isList ? jsonEntries(text).map(({ source }) => source) : text.split('\n');
  const wanted = words.filter((word) => word !== '');
  const has = (entry: string, word: string) => (isList ? entry.includes(JSON.stringify(word)) : hasWord(entry, word));
  const found = entries.filter((entry) => wanted.every((word) => has(entry, word)));
  return [quoted(reading, found.flatMap(linesOf))];
}

function isJsonList(text: string): boolean {
  if (!text.trimStart().startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false; // a machine may say anything
  }
}

/** `10.0.0.1` is no word of `10.0.0.12`. */
function hasWord(line: string, word: string): boolean {
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    const around = `${line[at - 1] ?? ' '}${line[at + word.length] ?? ' '}`;
    if (!/[\w.-]/.test(around)) return true;
  }
  return false;
}

/** Parts of objects of the cluster as evidence, `spec` or `status.podIP`, each below the name of its object. */
export function objectEvidence(
  reading: Answered | undefined,
  objects: readonly { readonly source: string }[],
  ...parts: readonly string[]
): Quote[] {
  if (!reading) return [];
  const wanted = ['metadata.namespace', 'metadata.name', ...parts];
  // each line is looked for in its object, not in the whole answer, which may have a megabyte
  const standing = objects.map(({ source }) => source).filter((source) => reading.text.includes(source));
  const entries = standing.flatMap((source) => wanted.map((part) => jsonEntry(source, ...part.split('.'))));
  return [
    quoted(
      { ...reading, text: standing.join('\n') },
      entries.flatMap((entry) => (entry ? linesOf(entry.source) : [])),
    ),
  ];
}

/** A part of a JSON text, without the indent that its lines have in common. */
function linesOf(source: string): readonly string[] {
  const [first = '', ...more] = source.split('\n');
  const indent = /^ */.exec(more.at(-1) ?? '')?.[0] ?? '';
  return [first, ...more.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))];
}
