import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { objectName, pathSegment } from '../facts/network-values.ts';
import { controlPlane } from '../lab/lab.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { LABEL_COLUMNS, rowsOf } from './rows.ts';
import { jsonOf, kubectl, ofCluster } from './kubectl.ts';
import { OWN_APPS, STAGE_LABEL, type KubernetesObject } from './manifest.ts';
import { secrets } from './secret-names.ts';

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: pathSegment,
    namespace: objectName.optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});

const listSchema = z.object({ items: z.array(objectSchema) });

const BUILT_IN = [
  'namespaces',
  'deployments',
  'daemonsets',
  'services',
  'configmaps',
  'serviceaccounts',
  'jobs',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
];

/** Kinds of others of which Hoplab makes objects; kubectl refuses to list one that is not defined yet. */
const CUSTOM = [
  'ipaddresspools.metallb.io',
  'l2advertisements.metallb.io',
  'gatewayclasses.gateway.networking.k8s.io',
  'gateways.gateway.networking.k8s.io',
  'httproutes.gateway.networking.k8s.io',
  'nginxgateways.gateway.nginx.org',
  'nginxproxies.gateway.nginx.org',
];

/**
 * The objects of built-in kinds that Hoplab applied; none where there is no cluster. Of secrets only name and labels: what
 * is in them is never read.
 */
export async function readBuiltInObjects(context: LabContext): Promise<readonly KubernetesObject[]> {
  const node = controlPlane(context.lab).name;
  const [objects, known] = await Promise.all([
    context.read(node, appliedObjects(BUILT_IN)),
    context.read(node, secrets),
  ]);
  return [...objects, ...known.filter(({ metadata }) => metadata.labels?.[STAGE_LABEL] !== undefined)];
}

/** The objects of custom kinds that are Hoplab's, not the user's own; kubectl is asked for those kinds only that are defined. */
export async function readCustomObjects(context: LabContext): Promise<readonly KubernetesObject[]> {
  const node = controlPlane(context.lab).name;
  const defined = await context.read(node, appliedDefinitions);
  const kinds = CUSTOM.filter((kind) => defined.has(kind));
  const found = kinds.length === 0 ? [] : await context.read(node, appliedObjects(kinds));
  return found.filter(({ metadata }) => metadata.labels?.[STAGE_LABEL] !== OWN_APPS);
}

export function isCustom({ apiVersion }: KubernetesObject): boolean {
  return /(?:metallb\.io|gateway\.networking\.k8s\.io|gateway\.nginx\.org)\//.test(apiVersion);
}

function appliedObjects(kinds: readonly string[]): Fact<readonly KubernetesObject[]> {
  return {
    id: 'applied-objects',
    ...ofCluster,
    command: kubectl`get ${kinds.join(',')} -A -l ${STAGE_LABEL} -o json`,
    parse: (printed) => (jsonOf(printed, listSchema)?.items ?? []) as KubernetesObject[],
  };
}

interface AppliedDefinition {
  readonly stage: string;
  /** Of what was applied. */
  readonly hash: string;
}

/** Custom resource definitions that Hoplab applied, by their names. */
export const appliedDefinitions: Fact<ReadonlyMap<string, AppliedDefinition>> = {
  id: 'applied-definitions',
  ...ofCluster,
  command: kubectl`get crd -l ${STAGE_LABEL} -L ${LABEL_COLUMNS}`,
  parse: (printed) =>
    new Map(
      rowsOf(printed).map(({ words: [name = ''], stage, applied }) => [
        objectName.parse(name),
        { stage, hash: applied },
      ]),
    ),
};

/** Names an object in sentences and comparisons: `Service staging/shortener-service`. */
export function nameOf(object: KubernetesObject): string {
  const { name, namespace } = object.metadata;
  return `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Whether everything that `wanted` states is so in `found`; what it does not state is not looked at. */
export function states(wanted: unknown, found: unknown): boolean {
  if (wanted === null || wanted === undefined) return true;
  if (Array.isArray(wanted)) {
    if (wanted.length === 0 && found === undefined) return true;
    return (
      Array.isArray(found) &&
      wanted.length === found.length &&
      wanted.every((item, index) => states(item, found[index]))
    );
  }
  if (typeof wanted === 'object') {
    const entries = Object.entries(wanted).filter(([field]) => field !== 'status' && field !== 'stringData');
    const there = typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
    return entries.every(([field, value]) => states(value, there[field]));
  }
  return wanted === found || isEmpty(wanted, found);
}

/** The API server leaves out empty strings, zeros and `false` that a manifest states. */
function isEmpty(wanted: unknown, found: unknown): boolean {
  return found === undefined && (wanted === '' || wanted === 0 || wanted === false);
}
