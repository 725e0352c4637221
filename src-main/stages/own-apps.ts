import { Readable } from 'node:stream';
import { ZodError } from 'zod';
import { ownRoutesAreAccepted } from '../checks/own-routes-are-accepted.ts';
import { ownWorkloadsAreReady } from '../checks/own-workloads-are-ready.ts';
import { applyChange } from '../cluster/apply.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { OWN_APPS, STAGE_LABEL, type KubernetesObject } from '../cluster/manifest.ts';
import { nameOf } from '../cluster/objects.ts';
import {
  appliedNames,
  changedObjects,
  deletion,
  findObjects,
  inventoryDeletion,
  inventoryOf,
  isSameObject,
  type FoundObjects,
  type ObjectName,
} from '../cluster/own-objects.ts';
import { controlPlane, nodesForPods } from '../lab/lab.ts';
import { appImages } from '../lab/object-names.ts';
import { ownObjects, userImages } from '../lab/own-apps.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { importImages } from './import-images.ts';
import { StageRefused } from './stage-refused.ts';
import { onEach, type Stage } from './stage.ts';

export const ownApps: Stage = {
  id: OWN_APPS,
  title: { en: 'Your own apps', ja: '自分のアプリ' },
  problem: {
    en: 'The lab serves its sample app alone: what you want to try is not in it.',
    ja: 'ラボで動いているのはサンプルアプリだけで、試したいものが入っていない。',
  },
  solves: {
    en: 'Your manifests are applied, their images brought to the nodes, and the hosts of their routes get names in the zone.',
    ja: '自分のマニフェストを適用し、そのイメージをノードに取り込み、ルートのホスト名をゾーンの名前にする。',
  },
  needs: ['gateway'], // its kinds, and its VIP
  isPartOf: ({ apps }) => apps.length > 0,
  livesIn: 'cluster',
  checks: [ownWorkloadsAreReady, ownRoutesAreAccepted],

  async decide(context) {
    const { lab } = context;
    const wanted = ownObjects(lab).map(labelledAsOurs);
    if (wanted.length === 0) return [];
    const [applied, found] = await Promise.all([listed(context), findObjects(context, wanted)]);
    refuseForeign(context, wanted, found);
    const changed = await changedObjects(
      context,
      wanted.filter((object) => found.has(object)),
    );
    const absent = wanted.filter((object) => !found.has(object) && !isOver(object, applied));
    const dropped = applied.filter((one) => !wanted.some((object) => isSameObject(one, object)));
    const [kept, stale] = divided(dropped, (one) => isStillUsed(one, wanted));
    const [early, late] = divided(stale, ({ kind }) => kind === 'Service'); // their ports and addresses are free then
    const isListed = wanted.every((object) => applied.some((one) => isSameVersion(one, object)));
    return [
      await ownImages(context),
      isListed ? [] : listing(context, [...dropped, ...wanted]),
      early.length > 0 ? removing(context, early) : [],
      applying(context, inOrder([...absent, ...changed], wanted)),
      late.length > 0 ? removing(context, late) : [],
      stale.length > 0 ? listing(context, [...kept, ...wanted]) : [],
    ];
  },

  async undo(context) {
    const applied = await listed(context);
    if (applied.length === 0) return [];
    return [removing(context, applied), unlisting(context)];
  },
};

/** What the cluster says was applied. @throws StageRefused where somebody changed that */
async function listed(context: LabContext): Promise<readonly ObjectName[]> {
  try {
    return await appliedNames(context);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    throw new StageRefused(
      controlPlane(context.lab).name,
      {
        en: 'The ConfigMap kube-system/hoplab-own-apps, which lists what is applied of your manifests, is not as Hoplab wrote it.',
        ja: 'マニフェストから適用したものの一覧である ConfigMap kube-system/hoplab-own-apps が、Hoplab の書いたものと異なります。',
      },
      {
        en: `Delete it, and what has the label ${STAGE_LABEL}=${OWN_APPS}, yourself; \`hoplab up\` applies all of it again.`,
        ja: `それと、ラベル ${STAGE_LABEL}=${OWN_APPS} を持つものを自分で削除してください。\`hoplab up\` がすべて適用し直します。`,
      },
    );
  }
}

/** A Job that was applied, ran, and was removed by the cluster when its time was up: applied again, it would run again. */
function isOver(object: KubernetesObject, applied: readonly ObjectName[]): boolean {
  const { ttlSecondsAfterFinished } = (object['spec'] ?? {}) as { ttlSecondsAfterFinished?: unknown };
  const wasApplied = applied.some((one) => isSameObject(one, object));
  return object.kind === 'Job' && ttlSecondsAfterFinished !== undefined && wasApplied;
}

/** A namespace or definition that is stated no more, though objects are that would go with it. */
function isStillUsed(one: ObjectName, wanted: readonly KubernetesObject[]): boolean {
  const { name } = one.metadata;
  if (isNamespace(one)) return wanted.some(({ metadata }) => metadata.namespace === name);
  return (
    isDefinition(one) && wanted.some(({ apiVersion }) => apiVersion.startsWith(`${name.replace(/^[^.]*\./, '')}/`))
  );
}

function isSameVersion(one: ObjectName, other: ObjectName): boolean {
  return isSameObject(one, other) && one.apiVersion === other.apiVersion;
}

function divided<Value>(all: readonly Value[], isFirst: (one: Value) => boolean): [readonly Value[], readonly Value[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** Those of the app are on the nodes already. */
async function ownImages(context: LabContext): Promise<Plan> {
  const { lab } = context;
  if (userImages(lab).length === appImages(lab).length) return [];
  return onEach(nodesForPods(lab), (node) => importImages(context, node, 'worker'));
}

function labelledAsOurs(object: KubernetesObject): KubernetesObject {
  const labels = { ...object.metadata.labels, [STAGE_LABEL]: OWN_APPS };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** What somebody else made would be changed, and deleted with the stage. @throws StageRefused */
function refuseForeign({ lab }: LabContext, wanted: readonly KubernetesObject[], found: FoundObjects): void {
  const foreign = wanted.find((object) => (found.get(object) ?? OWN_APPS) !== OWN_APPS);
  if (!foreign) return;
  const stage = found.get(foreign) ?? '';
  const name = nameOf(foreign);
  const owner = {
    en: stage === '' ? 'and was not applied from there' : `and belongs to the stage ${stage}`,
    ja: stage === '' ? 'マニフェストから適用されたものではありません' : `ステージ ${stage} のものです`,
  };
  throw new StageRefused(
    controlPlane(lab).name,
    {
      en: `${name} of your manifests is in the cluster already, ${owner.en}.`,
      ja: `マニフェストの ${name} はすでにクラスターにあり、${owner.ja}。`,
    },
    {
      en: 'Take it out of the manifests (a Namespace can be used without being stated), give it another name, or delete it in the cluster yourself.',
      ja: 'マニフェストから取り除く (Namespace は書かなくても使えます)、別の名前にする、またはクラスターから自分で削除してください。',
    },
  );
}

function inOrder(some: readonly KubernetesObject[], all: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return all.filter((object) => some.includes(object));
}

const isDefinition = ({ kind }: ObjectName): boolean => kind === 'CustomResourceDefinition';
const isNamespace = ({ kind }: ObjectName): boolean => kind === 'Namespace';

/** Definitions first, for kubectl asks for the kinds of all objects before it applies one; then namespaces. */
function applying(context: LabContext, objects: readonly KubernetesObject[]): Plan {
  const definitions = objects.filter(isDefinition);
  const namespaces = objects.filter(isNamespace);
  const others = objects.filter((object) => !isDefinition(object) && !isNamespace(object));
  return [
    definitions.length > 0 ? [secretly(context, definitions), established(context, definitions)] : [],
    namespaces.length + others.length > 0 ? secretly(context, [...namespaces, ...others]) : [],
  ];
}

/** By standard input, which no journal has: there may be secrets among them. */
function secretly(context: LabContext, objects: readonly KubernetesObject[]): Change {
  const names = objects.map(nameOf);
  const sentence = {
    en: `Apply ${names.join(', ')} of your manifests`,
    ja: `マニフェストの ${names.join('、')} を適用する`,
  };
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return { ...applyChange(context, sentence, []), input: { content: () => Readable.from([text]) } };
}

function established({ lab }: LabContext, definitions: readonly KubernetesObject[]): Change {
  const names = definitions.map(({ metadata }) => metadata.name);
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: `Wait until the API server serves ${names.join(', ')}`,
      ja: `API サーバーが ${names.join('、')} を提供するのを待つ`,
    },
    command: kubectl`wait --for=condition=Established crd ${names} --timeout=60s`,
  };
}

/** Written before the first is applied, and again after the last is removed: whoever is cut off between knows more, and not less. */
function listing(context: LabContext, objects: readonly ObjectName[]): Change {
  const sentence = {
    en: 'Note in the cluster what is applied of your manifests',
    ja: 'マニフェストから適用するものをクラスターに記録する',
  };
  return applyChange(context, sentence, [JSON.stringify(inventoryOf(objects))]);
}

function unlisting({ lab }: LabContext): Change {
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: 'Take the note of your manifests out of the cluster',
      ja: 'マニフェストの記録をクラスターから取り除く',
    },
    command: inventoryDeletion(),
  };
}

/** In reverse, and what has others in it last. */
function removing({ lab }: LabContext, objects: readonly ObjectName[]): Change {
  const rank = (one: ObjectName): number => (isDefinition(one) ? 2 : isNamespace(one) ? 1 : 0);
  const ordered = [...objects].reverse().sort((one, other) => rank(one) - rank(other));
  const names = ordered.map((one) => nameOf(one as KubernetesObject));
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: `Remove ${names.join(', ')}, which came from your manifests`,
      ja: `マニフェストから適用した ${names.join('、')} を取り除く`,
    },
    command: deletion(ordered),
  };
}
