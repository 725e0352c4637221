import { verbatim } from '../contract/text.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { controlPlane } from '../lab/lab.ts';
import { firstEnvironment, secondVersionName } from '../lab/object-names.ts';
import { passedIf, type Check } from './check.ts';

export const secondVersionIsReady: Check = {
  id: 'second-version-is-ready',
  sentence: { en: 'All pods of the second version are ready', ja: '第 2 バージョンの Pod がすべて Ready である' },
  on: 'control-plane',
  patience: 60_000,
  async ask(question) {
    const { lab } = question;
    const wanted = lab.optional.secondVersion?.replicas ?? 0;
    const [namespace, name] = [firstEnvironment(lab).name, secondVersionName(lab)];
    const format = 'jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}';
    const { stdout } = await question.run(
      kubectl`-n ${namespace} get endpointslices -l ${`kubernetes.io/service-name=${name}`} -o ${format}`,
      { sudo: true, machine: controlPlane(lab).name },
    );
    const ready = stdout.split(/\s+/).filter(Boolean);
    return {
      status: passedIf(ready.length === wanted),
      expected: { en: `${wanted} ready endpoints of ${name}`, ja: `${name} の Ready なエンドポイントが ${wanted} 個` },
      actual: verbatim(ready.join(', ') || '—'),
      meaning: {
        en: 'Both versions run in one namespace, each behind its own Service.',
        ja: '2 つのバージョンが 1 つの名前空間で、それぞれの Service の後ろで動いている。',
      },
      remedy: {
        en: `Look at its pods: \`kubectl -n ${namespace} describe pods -l app=${name}\`.`,
        ja: `Pod を見てください: \`kubectl -n ${namespace} describe pods -l app=${name}\``,
      },
    };
  },
};
