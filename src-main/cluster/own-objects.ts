import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { controlPlane } from '../lab/lab.ts';
import { identityOf } from '../lab/read-manifests.ts';
import { sh } from '../machines/command.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { ADMIN_CONF, kubectl, NOT_SERVED, ofCluster } from './kubectl.ts';
import { OWN_APPS, STAGE_LABEL, type KubernetesObject } from './manifest.ts';
import { readBuiltInObjects } from './objects.ts';

/*
 * The objects of the user's own manifests, of any kind. Which of them were applied is kept in the cluster, in a ConfigMap: what a
 * manifest no longer states can be found, and removed, though its kind is not known to Hoplab.
 */

/** What names an object. */
export type ObjectName = Pick<KubernetesObject, 'apiVersion' | 'kind'> & {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
};

const INVENTORY = { name: 'hoplab-own-apps', namespace: 'kube-system' } as const;

const inventorySchema = z.object({
  data: z.object({
    objects: z.string().transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('no JSON');
        return z.NEVER;
      }
    }),
  }),
});

const namesSchema = z.array(
  z.object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  }),
);

/** The objects that were applied, as the cluster says; none where nothing was. @throws ZodError where somebody changed the ConfigMap */
export async function appliedNames(context: LabContext): Promise<readonly ObjectName[]> {
  const found = (await readBuiltInObjects(context)).find(
    ({ kind, metadata }) =>
      kind === 'ConfigMap' && metadata.name === INVENTORY.name && metadata.labels?.[STAGE_LABEL] === OWN_APPS,
  );
  return found ? namesSchema.parse(inventorySchema.parse(found).data.objects) : [];
}

/** The ConfigMap that says which objects were applied. */
export function inventoryOf(objects: readonly ObjectName[]): KubernetesObject {
  const named = objects.map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
    ...{ apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
  }));
  const metadata = { ...INVENTORY, labels: { [STAGE_LABEL]: OWN_APPS } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { objects: JSON.stringify(named) } };
}

export function isSameObject(one: ObjectName, other: ObjectName): boolean {
  return identityOf(one as KubernetesObject) === identityOf(other as KubernetesObject);
}

/** `Deployment.v1.apps`: a kind as kubectl takes it, whatever else is called the same. */
function kindForKubectl({ apiVersion, kind }: ObjectName): string {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return `${kind}.${version}.${group}`;
}

/** The stage that an object which is there belongs to; empty: to none of Hoplab's. Objects that are not there are not in it. */
export type FoundObjects = ReadonlyMap<ObjectName, string>;

/** Which of the objects are in the cluster. Nothing but their names and labels is printed: there may be secrets among them. */
export async function findObjects(context: LabContext, objects: readonly ObjectName[]): Promise<FoundObjects> {
  const node = controlPlane(context.lab).name;
  const groups = new Map<string, ObjectName[]>();
  for (const object of objects) {
    const group = `${object.apiVersion} ${object.kind} ${object.metadata.namespace ?? 'default'}`; // an unknown kind is no answer about others
    groups.set(group, [...(groups.get(group) ?? []), object]);
  }
  const found = await Promise.all(
    [...groups.values()].map(async (group) => {
      const there = await context.read(node, namedObjects(group));
      return group.flatMap((one) => {
        const stage = there.get(`${one.kind} ${one.metadata.name}`);
        return stage === undefined ? [] : [[one, stage] as const];
      });
    }),
  );
  return new Map(found.flat());
}

const COLUMNS = `custom-columns=KIND:.kind,NAME:.metadata.name,STAGE:.metadata.labels.${STAGE_LABEL.replaceAll('.', '\\.')}`;

/** The API server answers, and has no such kind: there can be no such object. Where a part of its kinds is not known, nobody knows. */
function hasNoSuchKind(stderr: string): boolean {
  return stderr.includes(NOT_SERVED) && !stderr.includes('unable to retrieve');
}

/** By kind and name, the stage of each of the objects (of one kind and namespace) that is there. */
function namedObjects(objects: readonly ObjectName[]): Fact<ReadonlyMap<string, string>> {
  const namespace = objects[0]?.metadata.namespace ?? 'default';
  const words = objects.map((object) => `${kindForKubectl(object)}/${object.metadata.name}`);
  return {
    id: 'own-objects',
    ...ofCluster,
    command: kubectl`-n ${namespace} get ${words} --ignore-not-found --no-headers -o ${COLUMNS}`,
    failure: async (asked) => (hasNoSuchKind(asked.output.stderr) ? undefined : ofCluster.failure?.(asked)),
    parse({ stdout, exitCode }) {
      if (exitCode !== 0) return new Map();
      const rows = stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim().split(/\s+/)]));
      return new Map(
        rows.map((row) => {
          const [kind, name, stage] = row;
          if (row.length !== 3 || !kind || !name || !stage) throw new Error('no kind, name and stage');
          return [`${kind} ${name}`, stage === '<none>' ? '' : stage];
        }),
      );
    },
  };
}

/**
 * Those of the objects, all of which are there, that the API server would change if they were applied: it compares them itself. What
 * is different is not printed, for it may be secret.
 */
export async function changedObjects(
  context: LabContext,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  if (objects.length === 0) return [];
  const files = await context.read(controlPlane(context.lab).name, differences(objects));
  const isOf = (object: KubernetesObject) => (file: string) => filesOf(object).some((name) => file.endsWith(name));
  const areKnown = files.every((file) => objects.some((object) => isOf(object)(file)));
  return areKnown ? objects.filter((object) => files.some(isOf(object))) : objects;
}

/** What kubectl may call the file of an object that it compares: `apps.v1.Deployment.shop.web`. */
function filesOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): readonly string[] {
  const namespaces = namespace === undefined ? ['', 'default'] : [namespace];
  return namespaces.map((one) => `/${apiVersion.replace('/', '.')}.${kind}.${one}.${name}`);
}

/** The files that differ; exit code 1 is kubectl's and diff's word for a difference. */
function differences(objects: readonly KubernetesObject[]): Fact<readonly string[]> {
  return {
    id: 'own-differences',
    sudo: true,
    slow: true,
    accept: [0, 1],
    command: sh`
      export KUBECONFIG=${ADMIN_CONF} LC_ALL=C ${'KUBECTL_EXTERNAL_DIFF=diff -rq'}
      kubectl diff --server-side --force-conflicts --field-manager=hoplab -f -`,
    input: objects.map((object) => JSON.stringify(object)).join('\n---\n'),
    parse({ stdout, exitCode }) {
      const files = stdout.split('\n').flatMap((line) => /^Files (\S+) and \S+ differ$/.exec(line)?.[1] ?? []);
      if ((exitCode === 1) !== files.length > 0) throw new Error('no list of what differs');
      return files;
    },
  };
}

const LABEL = `jsonpath={.metadata.labels.${STAGE_LABEL.replaceAll('.', '\\.')}}`;

/** The command that deletes objects, one after the other, as far as they are there and still belong to the stage. */
export function deletion(objects: readonly ObjectName[]): ReturnType<typeof sh> {
  const words = objects.flatMap((object) => [
    kindForKubectl(object),
    object.metadata.name,
    object.metadata.namespace ?? 'default',
  ]);
  return sh`
    export KUBECONFIG=${ADMIN_CONF}
    complaint=$(mktemp) || exit
    trap 'rm -f "$complaint"' EXIT
    set -- ${words}
    while [ $# -ge 3 ]; do
      kind=$1 name=$2 namespace=$3
      shift 3
      if ! stage=$(kubectl -n "$namespace" get "$kind" "$name" --ignore-not-found -o ${LABEL} 2> "$complaint"); then
        if grep -q "the server doesn't have a resource type" "$complaint" && ! grep -q 'unable to retrieve' "$complaint"; then continue; fi
        cat "$complaint" >&2
        exit 1
      fi
      [ "$stage" = ${OWN_APPS} ] || continue
      kubectl -n "$namespace" delete "$kind" "$name" --ignore-not-found --timeout=120s || exit
    done`;
}

/** The command that takes the list of what was applied away. */
export function inventoryDeletion(): ReturnType<typeof sh> {
  return kubectl`-n ${INVENTORY.namespace} delete configmap ${INVENTORY.name} --ignore-not-found`;
}
