import { kubectl } from '../cluster/kubectl.ts';
import { OWN_APPS, STAGE_LABEL } from '../cluster/manifest.ts';
import { verbatim } from '../contract/text.ts';
import { controlPlane } from '../lab/lab.ts';
import { ownObjects } from '../lab/own-apps.ts';
import { passedIf, type Check } from './check.ts';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Of a DaemonSet the wanted and the ready pods are called otherwise; what is not there is `<none>`. */
const COLUMNS = [
  'KIND:.kind',
  'NAMESPACE:.metadata.namespace',
  'NAME:.metadata.name',
  'GENERATION:.metadata.generation',
  'SEEN:.status.observedGeneration',
  'WANTED:.spec.replicas',
  'UPDATED:.status.updatedReplicas',
  'READY:.status.readyReplicas',
  'SCHEDULED:.status.desiredNumberScheduled',
  'RENEWED:.status.updatedNumberScheduled',
  'RUNNING:.status.numberReady',
].join(',');

export const ownWorkloadsAreReady: Check = {
  id: 'own-workloads-are-ready',
  sentence: { en: 'All pods of your apps are ready', ja: '自分のアプリの Pod がすべて Ready である' },
  on: 'control-plane',
  patience: 120_000,
  async ask(question) {
    const { lab } = question;
    const wanted = ownObjects(lab).filter(({ kind }) => WORKLOADS.includes(kind));
    if (wanted.length === 0) return { status: 'not-applicable', reason: NONE };
    const { stdout } = await question.run(
      kubectl`get deployments,statefulsets,daemonsets -A -l ${`${STAGE_LABEL}=${OWN_APPS}`} --no-headers -o ${`custom-columns=${COLUMNS}`}`,
      { sudo: true, machine: controlPlane(lab).name },
    );
    const seen = stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [stateOf(line)]));
    const states = wanted.map(({ kind, metadata: { name, namespace = 'default' } }) => {
      const state = seen.find((one) => one.name === `${kind} ${namespace}/${name}`);
      return state ?? { name: `${kind} ${namespace}/${name}`, isReady: false, text: '—' };
    });
    return {
      status: passedIf(states.every(({ isReady }) => isReady)),
      expected: {
        en: 'as many ready pods as each wants, all of its newest version',
        ja: 'それぞれが求める数の、最新版の Ready な Pod',
      },
      actual: verbatim(states.map(({ name, text }) => `${name}: ${text}`).join(', ')),
      meaning: {
        en: 'Images, configuration and probes of your apps are right: their Services have endpoints.',
        ja: '自分のアプリのイメージ・設定・Probe が正しく、Service にエンドポイントがある。',
      },
      remedy: {
        en: 'See `kubectl get pods -A` and `kubectl describe pod`. ErrImagePull: its imagePullPolicy is Always and the node has no internet, or the image is not in the source of the lab.',
        ja: '`kubectl get pods -A` と `kubectl describe pod` を見てください。ErrImagePull なら、imagePullPolicy が Always でノードがインターネットに出られないか、イメージがラボの取得元にありません。',
      },
    };
  },
};

const NONE = {
  en: 'Your manifests have no Deployment, StatefulSet or DaemonSet.',
  ja: 'マニフェストに Deployment、StatefulSet、DaemonSet がない。',
};

/** A row of the columns. Numbers that are not there are 0. */
function stateOf(line: string): { readonly name: string; readonly isReady: boolean; readonly text: string } {
  const [kind = '', namespace = '', name = '', ...numbers] = line.trim().split(/\s+/);
  const [generation = 0, seen = 0, replicas = 0, updated = 0, ready = 0, scheduled = 0, renewed = 0, running = 0] =
    numbers.map((word) => (word === '<none>' ? 0 : Number(word)));
  const isDaemon = kind === 'DaemonSet';
  const [wanted, newest, able] = isDaemon ? [scheduled, renewed, running] : [replicas, updated, ready];
  return {
    name: `${kind} ${namespace}/${name}`,
    isReady: seen >= generation && newest >= wanted && able === wanted,
    text: `${able}/${wanted}`,
  };
}
