import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { parseEndpointSlice, type EndpointSlice } from './endpoint-slices.ts';
import { parseGateway, type Gateway } from './gateways.ts';
import { parseHttpRoute, type HttpRoute } from './http-routes.ts';
import { kubectl } from './kubectl.ts';
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

/** How kubectl is asked for each kind, and the parser of one object. */
export const kinds: { readonly [Kind in ClusterKind]: Question<ClusterObjects[Kind]> } = {
  nodes: { words: ['nodes'], parse: parseNode },
  pods: { words: ['pods', '-A'], parse: parsePod },
  services: { words: ['services', '-A'], parse: parseService },
  endpointslices: { words: ['endpointslices', '-A'], parse: parseEndpointSlice },
  gateways: { words: ['gateways.gateway.networking.k8s.io', '-A'], parse: parseGateway },
  httproutes: { words: ['httproutes.gateway.networking.k8s.io', '-A'], parse: parseHttpRoute },
  servicel2statuses: { words: ['servicel2statuses.metallb.io', '-A'], parse: parseL2Status },
  corefiles: {
    words: ['configmaps', '-n', 'kube-system', '--field-selector=metadata.name=coredns'],
    parse: (object) => corefileSchema.parse(object).data.Corefile,
  },
};

interface Question<Value> {
  readonly words: readonly string[];
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
    command: kubectl`get ${kinds[kind].words} -o json`,
    accept: 'any',
    parse({ stdout, stderr, exitCode }) {
      if (exitCode === 0) return { state: 'read', objects: listSchema.parse(JSON.parse(stdout)).items };
      return failed(stderr, exitCode);
    },
  };
}

/** What kubectl's complaint means: nothing can be there, or nobody knows. */
export function failed(stderr: string, exitCode: number): ClusterList {
  const problem = stderr.trim().split('\n').at(-1) ?? '';
  const none = exitCode === 127 || NOTHING_THERE.test(stderr);
  return none ? { state: 'none' } : { state: 'unreadable', problem };
}

const NOTHING_THERE = /not found|doesn't have a resource type|no such file|could not find the requested resource/i;

export const objectSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

const listSchema = z.object({ items: z.array(objectSchema) });
const corefileSchema = z.object({ data: z.object({ Corefile: z.string().default('') }).default({ Corefile: '' }) });
