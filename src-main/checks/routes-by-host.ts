import { verbatim, type Text } from '../contract/text.ts';
import { controlPlane, hostNames } from '../lab/lab.ts';
import { secondVersionName, serviceName } from '../lab/object-names.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { askApp, tellsPod } from './ask-app.ts';
import { remedyOfClosing } from './closed-by-nginx.ts';
import { passedIf, type Check, type Question } from './check.ts';
import { ownerOfPods } from './pod-owners.ts';

export const routesByHost: Check = {
  id: 'routes-by-host',
  sentence: {
    en: 'Each host name is routed to its own environment, all at one VIP',
    ja: '1 つの VIP で、ホスト名ごとにそれぞれの環境へ振り分けられる',
  },
  on: 'client',
  patience: 90_000,
  async ask(question) {
    const { lab } = question;
    const hosts = hostNames(lab);
    const answers = await Promise.all(
      hosts.map((host) => askApp(question, `http://${lab.loadBalancer.vip}`, { host })),
    );
    const owners = tellsPod(question) ? await readOwners(question) : undefined;
    const seen = lab.app.environments.map(({ name }, index) => {
      const { pod = '', ok = false, text = '—' } = answers[index] ?? {};
      const owner = owners?.get(pod);
      return { fits: ok && (!owners || owner === name), text: `${text}${owner === undefined ? '' : ` (${owner})`}` };
    });
    const closed = answers.some(({ text }) => /^curl: \((?:52|56)\)/.test(text));
    return {
      status: passedIf(seen.every(({ fits }) => fits)),
      expected: owners ? OWN_PODS : ANY_POD,
      actual: verbatim(hosts.map((host, index) => `${host}: ${seen[index]?.text ?? '—'}`).join(', ')),
      meaning: {
        en: 'NGINX selects the HTTPRoute by the Host header: one address serves several hosts.',
        ja: 'NGINX が Host ヘッダーを読んで HTTPRoute を選ぶ。1 つのアドレスで複数のホストを提供できる。',
      },
      remedy: closed ? await remedyOfClosing(question, USUAL) : USUAL,
    };
  },
};

const OWN_PODS: Text = {
  en: 'a response for each host, from a pod of its own environment',
  ja: 'ホストごとに、その環境の Pod から応答',
};
const ANY_POD: Text = {
  en: 'a response for each host; this app does not report which pod responded',
  ja: 'ホストごとに応答 (どの Pod かはこのアプリからは分からない)',
};

/** The environment of each pod behind the app's Services, by the pod's name. */
async function readOwners(question: Question): Promise<ReadonlyMap<string, string>> {
  const format = 'jsonpath={range .items[*]}{.metadata.namespace} {.endpoints[*].targetRef.name}{"\\n"}{end}';
  const { lab } = question;
  const name = 'kubernetes.io/service-name';
  const both = `${name} in (${serviceName(lab)},${secondVersionName(lab)})`;
  const services = lab.optional.secondVersion ? both : `${name}=${serviceName(lab)}`;
  const { stdout } = await question.run(kubectl`get endpointslices -A -l ${services} -o ${format}`, {
    sudo: true,
    machine: controlPlane(lab).name,
  });
  return ownerOfPods(stdout, (namespace) => namespace);
}

const USUAL: Text = {
  en: '404: the route is not attached (`kubectl describe httproute -A`). 502 or 503: its pods are not ready. No response: see the checks of the stage metallb.',
  ja: '404: ルートが紐付いていない (`kubectl describe httproute -A`)。502/503: Pod が Ready でない。応答なし: ステージ metallb のチェックを見てください。',
};
