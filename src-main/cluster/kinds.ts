import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { objectName } from '../facts/network-values.ts';
import { parseEndpointSlice, type EndpointSlice } from './endpoint-slices.ts';
import { parseGateway, type Gateway } from './gateways.ts';
import { parseHttpRoute, type HttpRoute } from './http-routes.ts';
import { kubectl, ofCluster } from './kubectl.ts';
import { parseL2Status, type L2Status } from './l2-statuses.ts';
import { parseNode, type ClusterNode } from './nodes.ts';
import { parsePod, type Pod } from './pods.ts';
import { parseService, type Service } from './services.ts';

/** What is read of each kind that the picture of a cluster is made of. */
export interface ClusterObjects {
  readonly nodes: ClusterNode;
  readonly pods: Pod;
  readonly services: Service;
  readonly endpointslices: EndpointSlice;
  readonly gateways: Gateway;
  readonly httproutes: HttpRoute;
  readonly servicel2statuses: L2Status;
  readonly corefiles: string;
}

export type ClusterKind = keyof ClusterObjects;

/** How kubectl is asked for each kind, what the kind is called in an object, and the parser of one object. */
export const kinds: { readonly [Kind in ClusterKind]: Question<ClusterObjects[Kind]> } = {
  nodes: { words: ['nodes'], object: 'Node', parse: parseNode },
  pods: { words: ['pods', '-A'], object: 'Pod', parse: parsePod },
  services: { words: ['services', '-A'], object: 'Service', parse: parseService },
  endpointslices: { words: ['endpointslices', '-A'], object: 'EndpointSlice', parse: parseEndpointSlice },
  gateways: { words: ['gateways.gateway.networking.k8s.io', '-A'], object: 'Gateway', parse: parseGateway },
  httproutes: { words: ['httproutes.gateway.networking.k8s.io', '-A'], object: 'HTTPRoute', parse: parseHttpRoute },
  servicel2statuses: { words: ['servicel2statuses.metallb.io', '-A'], object: 'ServiceL2Status', parse: parseL2Status },
  corefiles: {
    words: ['configmaps', '-n', 'kube-system', '--field-selector=metadata.name=coredns'],
    parse: (object) => corefileSchema.parse(object).data.Corefile,
  },
};

interface Question<Value> {
  readonly words: readonly string[];
  /** Its kind in an object; undefined: it is not asked for together with others. */
  readonly object?: string;
  readonly parse: (object: unknown) => Value;
}

export const clusterKinds = Object.keys(kinds) as ClusterKind[];

/** An object of the cluster as it was read. */
export interface ClusterObject {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

/** Whether there is such a kind, and its objects. */
export type ClusterList =
  | { readonly state: 'read'; readonly objects: readonly ClusterObject[] }
  /** There is no API server yet, or it does not know the kind: no such object can be. */
  | { readonly state: 'none' }
  | { readonly state: 'unreadable'; readonly problem: string };

/** All objects of a kind, in one answer. */
export function clusterList(kind: ClusterKind): Fact<ClusterList> {
  return {
    id: kind,
    sudo: true,
    slow: true,
    command: kubectl`get ${kinds[kind].words} -o json`,
    accept: 'any',
    failure: async (asked) => (lacksKubectl(asked.output) ? ofCluster.failure?.(asked) : undefined),
    parse(output) {
      const { stdout, stderr, exitCode } = output;
      if (exitCode === 0) return { state: 'read', objects: listSchema.parse(JSON.parse(stdout)).items };
      return lacksKubectl(output) ? { state: 'none' } : failed(stderr);
    },
  };
}

/** The kinds that kubectl is asked for together. */
const together = clusterKinds.filter((kind) => kinds[kind].object !== undefined);

/**
 * All objects of all kinds but the Corefile, in one answer: in half the time that an answer a kind takes. Undefined where it does not
 * know every kind, or does not answer.
 */
export const clusterLists: Fact<ReadonlyMap<ClusterKind, readonly ClusterObject[]> | undefined> = {
  id: 'cluster',
  sudo: true,
  slow: true,
  command: kubectl`get ${together.map((kind) => kinds[kind].words[0]).join(',')} -A -o json`,
  accept: 'any',
  parse({ stdout, exitCode }) {
    if (exitCode !== 0) return undefined;
    const { items } = mixedListSchema.parse(JSON.parse(stdout));
    return new Map(together.map((kind) => [kind, items.filter((item) => item.kind === kinds[kind].object)]));
  },
};

/** What kubectl's complaint means: nothing can be there, or nobody knows. */
export function failed(stderr: string): Exclude<ClusterList, { state: 'read' }> {
  const problem = stderr.trim().split('\n').at(-1) ?? '';
  return NOTHING_THERE.test(stderr) ? { state: 'none' } : { state: 'unreadable', problem };
}

const NOTHING_THERE =
  /\(NotFound\)|doesn't have a resource type|admin\.conf: no such file|could not find the requested resource/i;

/** Whether there is no kubectl: then there is no cluster either, or its place is not looked into. */
export function lacksKubectl({ stderr, exitCode }: { readonly stderr: string; readonly exitCode?: number }): boolean {
  return exitCode === 127 || /\bkubectl: (?:command )?not found/.test(stderr);
}

export const objectSchema = z.looseObject({
  metadata: z.looseObject({ name: objectName, namespace: objectName.optional() }),
});

const listSchema = z.object({ items: z.array(objectSchema) });
const mixedListSchema = z.object({ items: z.array(objectSchema.extend({ kind: z.string() })) });
const corefileSchema = z.object({ data: z.object({ Corefile: z.string().default('') }).default({ Corefile: '' }) });
