import { verbatim, type Text } from '../contract/text.ts';
import { nginxSelector } from '../cluster/gateways.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { objectName } from '../facts/network-values.ts';
import { firstEnvironment, serviceName } from '../lab/object-names.ts';
import { passedIf, type Check, type Question } from './check.ts';

/** Addresses by the environment that they belong to; an environment is missing where nothing was said of it. */
type Addresses = ReadonlyMap<string, readonly string[]>;

/**
 * NGINX connects to pods by the addresses in its own configuration. NGINX Gateway Fabric writes them, and after it was away
 * itself it does so late: until then requests go to pods that are gone, and hang, though a few of them are answered.
 */
export const nginxHasEndpoints: Check = {
  id: 'nginx-has-endpoints',
  sentence: { en: 'NGINX sends requests to the pods that are ready', ja: 'NGINX の転送先が Ready の Pod と一致する' },
  on: 'control-plane',
  patience: 120_000,
  async ask(question) {
    const [ready, configured] = await Promise.all([readReady(question), readConfigured(question)]);
    const environments = question.lab.app.environments.map(({ name }) => name);
    const wanted = (name: string): string => listed(ready.get(name));
    const differing = configured.flatMap(({ pod, upstreams }) =>
      environments
        .filter((name) => wanted(name) === '' || listed(upstreams.get(name)) !== wanted(name))
        .map((name) => `${pod}: ${name} ${listed(upstreams.get(name)) || '—'}`),
    );
    const expected = environments.map((name) => `${name} ${wanted(name) || '—'}`).join('; ');
    const fits = configured.length > 0 && differing.length === 0;
    return {
      status: passedIf(fits),
      expected: verbatim(expected),
      actual: verbatim(fits ? expected : differing.join('; ') || '—'),
      meaning: {
        en: 'NGINX connects to the pods directly, without kube-proxy: its configuration has their addresses.',
        ja: 'NGINX は kube-proxy を通さず Pod に直接つなぐ。Pod のアドレスは NGINX の設定に書かれている。',
      },
      remedy: REMEDY,
    };
  },
};

function listed(addresses: readonly string[] = []): string {
  return [...addresses].sort().join(' ');
}

/** The endpoints that NGINX Gateway Fabric takes: those that state that they are ready. */
async function readReady(question: Question): Promise<Addresses> {
  const format =
    'jsonpath={range .items[*]}{.metadata.namespace}{range .endpoints[?(@.conditions.ready==true)]} {.addresses[0]}{end}{"\\n"}{end}';
  const { stdout } = await question.run(
    kubectl`get endpointslices -A -l ${`kubernetes.io/service-name=${serviceName(question.lab)}`} -o ${format}`,
    { sudo: true },
  );
  const slices = stdout.split('\n').map((line) => line.split(' ').filter(Boolean));
  return joined(slices.map(([environment = '', ...addresses]) => [environment, addresses]));
}

/** What each pod of NGINX has in its configuration. Empty when no pod runs, or none could be asked for. */
async function readConfigured(question: Question): Promise<readonly { pod: string; upstreams: Addresses }[]> {
  const { lab } = question;
  const namespace = firstEnvironment(lab).name;
  const { stdout } = await question.run(
    kubectl`-n ${namespace} get pods -l ${nginxSelector(lab)} --field-selector=status.phase=Running -o ${'jsonpath={.items[*].metadata.name}'}`,
    { sudo: true },
  );
  const pods = stdout.split(/\s+/).filter((name) => objectName.safeParse(name).success);
  return Promise.all(
    pods.map(async (pod) => {
      const printed = await question.run(
        kubectl`-n ${namespace} exec ${pod} -c nginx -- sed -n ${'/^upstream /,/^}/p'} /etc/nginx/conf.d/http.conf`,
        { sudo: true },
      );
      return { pod, upstreams: upstreamsIn(printed.stdout, serviceName(lab)) };
    }),
  );
}

/** The servers of the upstreams of a Service, by its namespace; NGINX Gateway Fabric names them NAMESPACE_SERVICE_PORT. */
function upstreamsIn(configuration: string, service: string): Addresses {
  const blocks = configuration.split(/^upstream /m).slice(1);
  return joined(
    blocks.flatMap((block): [string, string[]][] => {
      const [namespace = '', name] = (/^\S{1,300}/.exec(block)?.[0] ?? '').split('_');
      const servers = [...block.matchAll(/^ {1,8}server ([0-9a-f.:[\]]{2,60}):\d{1,5}[ ;]/gm)];
      return name === service ? [[namespace, servers.map(([, address = '']) => address)]] : [];
    }),
  );
}

function joined(entries: readonly (readonly [string, readonly string[]])[]): Addresses {
  const addresses = new Map<string, readonly string[]>();
  for (const [name, more] of entries) addresses.set(name, [...new Set([...(addresses.get(name) ?? []), ...more])]);
  return addresses;
}

const REMEDY: Text = {
  en: "NGINX has other addresses than the cluster: `kubectl -n nginx-gateway logs deploy/nginx-gateway` shows why its configuration is out of date; `kubectl -n nginx-gateway rollout restart deploy/nginx-gateway` sends it again. No addresses at all: the app's pods are not ready, or NGINX's pod does not run.",
  ja: 'NGINX の設定がクラスターと異なります。理由は `kubectl -n nginx-gateway logs deploy/nginx-gateway` で分かり、`kubectl -n nginx-gateway rollout restart deploy/nginx-gateway` で設定が送り直されます。アドレスが 1 つもない場合は、アプリの Pod が Ready でないか、NGINX の Pod が動いていません。',
};
