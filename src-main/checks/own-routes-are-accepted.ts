import { jsonOf, kubectl, ofCluster } from '../cluster/kubectl.ts';
import { OWN_APPS, STAGE_LABEL } from '../cluster/manifest.ts';
import { verbatim } from '../contract/text.ts';
import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { controlPlane } from '../lab/lab.ts';
import { ownObjects } from '../lab/own-apps.ts';
import { passedIf, type Check } from './check.ts';

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  observedGeneration: z.number().default(0),
});

const schema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string(), generation: z.number().default(0) }),
      status: z
        .object({ parents: z.array(z.object({ conditions: z.array(condition).default([]) })).default([]) })
        .default({ parents: [] }),
    }),
  ),
});

type Route = z.infer<typeof schema>['items'][number];

const ownRoutes: Fact<readonly Route[]> = {
  id: 'own-routes',
  ...ofCluster,
  command: kubectl`get httproutes.gateway.networking.k8s.io -A -l ${`${STAGE_LABEL}=${OWN_APPS}`} -o json`,
  parse: (output) => jsonOf(output, schema)?.items ?? [],
};

export const ownRoutesAreAccepted: Check = {
  id: 'own-routes-are-accepted',
  sentence: {
    en: 'A Gateway has taken each HTTPRoute of your apps, and knows its Services',
    ja: '自分のアプリの HTTPRoute がすべて Gateway に受け入れられ、その宛先も見つかっている',
  },
  on: 'control-plane',
  patience: 20_000,
  async ask(question) {
    const { lab } = question;
    const wanted = ownObjects(lab).filter(({ kind }) => kind === 'HTTPRoute');
    if (wanted.length === 0) return { status: 'not-applicable', reason: NONE };
    const routes = await question.readFresh(controlPlane(lab).name, ownRoutes);
    const states = wanted.map(({ metadata: { name, namespace = 'default' } }) => {
      const route = routes.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
      const wrong = route ? wrongWith(route) : '—';
      return { wrong, text: `${namespace}/${name}: ${wrong ?? 'Accepted, ResolvedRefs'}` };
    });
    return {
      status: passedIf(states.every(({ wrong }) => wrong === undefined)),
      expected: verbatim('Accepted, ResolvedRefs'),
      actual: verbatim(states.map(({ text }) => text).join(', ')),
      meaning: {
        en: 'Requests for the hosts of these routes go to your Services.',
        ja: 'このルートのホスト名へのリクエストが自分の Service に届く。',
      },
      remedy: {
        en: 'No state at all: parentRefs names no Gateway of this lab (`kubectl get gateways -A`). RefNotPermitted: the Service is in another namespace, which needs a ReferenceGrant. BackendNotFound: there is no such Service.',
        ja: '状態がなければ、parentRefs がこのラボの Gateway を指していません (`kubectl get gateways -A`)。RefNotPermitted なら Service が別の名前空間にあり、そこに ReferenceGrant が必要です。BackendNotFound なら Service がありません。',
      },
    };
  },
};

const NONE = { en: 'Your manifests have no HTTPRoute.', ja: 'マニフェストに HTTPRoute がない。' };

/** Undefined: every Gateway that it names says of this generation that all is well. */
function wrongWith({ metadata, status: { parents } }: Route): string | undefined {
  if (parents.length === 0) return '—';
  for (const { conditions } of parents) {
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const said = conditions.find((one) => one.type === type);
      if (!said || said.observedGeneration < metadata.generation) return `${type}: —`;
      if (said.status !== 'True') return `${type}: ${said.reason} (${said.message})`;
    }
  }
  return undefined;
}
