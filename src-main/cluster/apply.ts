import type { Text } from '../contract/text.ts';
import { controlPlane } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { Change, Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { ADMIN_CONF, kubectl } from './kubectl.ts';
import { labelled, labelledDefinition, STAGE_LABEL, type KubernetesObject, type Manifest } from './manifest.ts';
import { appliedDefinitions, isCustom, nameOf, readBuiltInObjects, readCustomObjects, states } from './objects.ts';

export interface Application {
  readonly stage: string;
  readonly sentence: Text;
  readonly objects?: readonly KubernetesObject[];
  readonly manifest?: Manifest;
}

/**
 * Applies what is missing in the cluster or is not as stated; nothing when all is. By server-side apply, since some
 * definitions are too large for the annotation that client-side apply leaves.
 */
export async function apply(context: LabContext, application: Application): Promise<Plan> {
  const { stage, sentence, manifest } = application;
  const [objects, definitions] = await Promise.all([
    missingObjects(context, stage, [...(manifest?.objects ?? []), ...(application.objects ?? [])]),
    missingDefinitions(context, stage, manifest?.definitions ?? []),
  ]);
  if (objects.length + definitions.length === 0) return [];
  const documents = [...definitions, ...objects.map((object) => JSON.stringify(object))];
  return applyChange(context, sentence, documents);
}

/** The change that applies documents (YAML or JSON), whatever is there. */
export function applyChange({ lab }: Pick<LabContext, 'lab'>, sentence: Text, documents: readonly string[]): Change {
  return {
    machine: controlPlane(lab).name,
    sentence,
    command: kubectl`apply --server-side --force-conflicts --field-manager=hoplab -f -`,
    input: { content: documents.join('\n---\n') },
  };
}

/** Deletes all that a stage applied, of the given kinds, in order. Namespaces take what is in them along. */
export function deleteApplied(context: LabContext, stage: string, kinds: readonly string[], sentence: Text): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence,
    command: sh`
      export KUBECONFIG=${ADMIN_CONF}
      known=$(kubectl api-resources --no-headers -o name) || exit
      for kind in ${kinds}; do
        case $known in
          *$kind*) kubectl delete "$kind" -A -l ${`${STAGE_LABEL}=${stage}`} --ignore-not-found --timeout=120s || exit ;;
        esac
      done`,
  };
}

/** Whether a stage has anything in the cluster. */
export async function hasApplied(context: LabContext, stage: string): Promise<boolean> {
  const [builtIn, custom, definitions] = await Promise.all([
    readBuiltInObjects(context),
    readCustomObjects(context),
    context.read(controlPlane(context.lab).name, appliedDefinitions),
  ]);
  const stages = [...builtIn, ...custom].map(({ metadata }) => metadata.labels?.[STAGE_LABEL]);
  return [...stages, ...[...definitions.values()].map((definition) => definition.stage)].includes(stage);
}

/** Those of the objects that are not in the cluster as stated, with the labels of their stage. */
export async function missingObjects(
  context: LabContext,
  stage: string,
  wanted: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  if (wanted.length === 0) return [];
  const [builtIn, custom] = await Promise.all([
    wanted.every(isCustom) ? [] : readBuiltInObjects(context),
    wanted.some(isCustom) ? readCustomObjects(context) : [],
  ]);
  const found = new Map([...builtIn, ...custom].map((object) => [nameOf(object), object]));
  return wanted.map((object) => labelled(object, stage)).filter((object) => !states(object, found.get(nameOf(object))));
}

async function missingDefinitions(
  context: LabContext,
  stage: string,
  wanted: Manifest['definitions'],
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const found = await context.read(controlPlane(context.lab).name, appliedDefinitions);
  return wanted
    .filter(({ name, hash }) => found.get(name)?.hash !== hash)
    .map((definition) => labelledDefinition(definition, stage));
}
