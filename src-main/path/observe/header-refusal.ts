import { z } from 'zod';
import { kubectl, jsonOf } from '../../cluster/kubectl.ts';
import { keyOf, metadataSchema } from '../../cluster/metadata.ts';
import { missingHeaders, nginxLog } from '../../cluster/missing-headers.ts';
import type { Path } from '../../contract/path.ts';
import type { Fact } from '../../facts/fact.ts';
import { controlPlane } from '../../lab/lab.ts';
import type { Refusal } from '../path-end.ts';
import { told } from '../path-facts.ts';
import type { Reader } from '../read-facts.ts';

/**
 * Why NGINX closed the connection of a request that came to it without a header of the PROXY protocol, by the last line of its log
 * about this client; undefined: it says nothing of that. @throws Cancelled
 */
export async function findHeaderRefusal(reader: Reader, { legs }: Pick<Path, 'legs'>): Promise<Refusal | undefined> {
  const hop = legs.flatMap(({ hops }) => hops).find(({ layer, place }) => layer === 'gateway' && place.kind === 'pod');
  if (!hop) return undefined;
  const machine = controlPlane(reader.context.lab).name;
  const pod = hop.place.name;
  const [namespace = '', name = ''] = pod.split('/');
  const command = nginxLog(namespace, [name]);
  const found = await reader.read(machine, missingHeaders(command));
  const own = found?.value.filter(({ client }) => client === hop.before.source).at(-1);
  if (!found || !own) return undefined;
  const proxies = (await reader.read(machine, proxyProtocols))?.value ?? [];
  const stated = proxies.map((one) => ` NginxProxy ${one.name}: rewriteClientIP ${one.words}.`).join('');
  const sentence = {
    en: `NGINX of ${pod} closed the connection. Log: ${own.line} (\`${command}\`).${stated}`,
    ja: `${pod} の NGINX が接続を閉じた。ログ: ${own.line} (\`${command}\`)。${stated}`,
  };
  return { sentence, told: [told(found, [own.line])] };
}

const schema = z.object({
  items: z.array(
    z.object({
      metadata: metadataSchema,
      spec: z.object({ rewriteClientIP: z.looseObject({ mode: z.string().optional() }).optional() }).optional(),
    }),
  ),
});

/** The NginxProxies (gateway.nginx.org/v1alpha2) that ask for the PROXY protocol, each with its own words. */
const proxyProtocols: Fact<readonly { readonly name: string; readonly words: string }[]> = {
  id: 'nginx-proxies',
  sudo: true,
  slow: true,
  command: kubectl`get nginxproxies.gateway.nginx.org -A -o json`,
  accept: 'any',
  parse: (printed) =>
    (jsonOf(printed, schema)?.items ?? []).flatMap(({ metadata, spec }) => {
      const { namespace, name } = keyOf(metadata);
      const rewriting = spec?.rewriteClientIP;
      return rewriting?.mode === 'ProxyProtocol'
        ? [{ name: `${namespace}/${name}`, words: JSON.stringify(rewriting) }]
        : [];
    }),
};
