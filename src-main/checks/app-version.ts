import { kubectl } from '../cluster/kubectl.ts';
import { controlPlane } from '../lab/lab.ts';
import { firstEnvironment, secondVersionName, serviceName } from '../lab/object-names.ts';
import type { Question } from './check.ts';
import { ownerOfPods } from './pod-owners.ts';

export type AppVersion = 'v1' | 'v2';

/** The version of each pod behind the two Services of the first environment, by the pod's name. */
export async function readVersions(question: Question): Promise<ReadonlyMap<string, AppVersion>> {
  const { lab } = question;
  const second = secondVersionName(lab);
  const services = `kubernetes.io/service-name in (${serviceName(lab)},${second})`;
  const format =
    'jsonpath={range .items[*]}{.metadata.labels.kubernetes\\.io/service-name} {.endpoints[*].targetRef.name}{"\\n"}{end}';
  const { stdout } = await question.run(
    kubectl`-n ${firstEnvironment(lab).name} get endpointslices -l ${services} -o ${format}`,
    { sudo: true, machine: controlPlane(lab).name },
  );
  return ownerOfPods(stdout, (service): AppVersion => (service === second ? 'v2' : 'v1'));
}

/** Why a check that has to know which version responded cannot: only the default app reports its pod. */
export const UNTOLD = {
  status: 'not-applicable',
  reason: {
    en: 'This app does not report which pod responded, so its version cannot be seen from outside.',
    ja: 'このアプリはどの Pod が応答したかを返さないため、バージョンを外から確かめられない。',
  },
} as const;
