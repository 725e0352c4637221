import { z } from 'zod';
import { kubectl, jsonOf } from '../../cluster/kubectl.ts';
import { keyOf, metadataSchema } from '../../cluster/metadata.ts';
import type { Path } from '../../contract/path.ts';
import type { Fact } from '../../facts/fact.ts';
import { controlPlane } from '../../lab/lab.ts';
import { embed, sh } from '../../machines/command.ts';
import type { Refusal } from '../path-end.ts';
import { told } from '../path-facts.ts';
import type { Reader } from '../read-facts.ts';

/**
 * Why NGINX closed the connection of a request that came to it without a header of the PROXY protocol, by the last line of its log
 * about this client; undefined: it says nothing of that. Of the line only what stands behind the request is read. @throws Cancelled
 */
export async function findHeaderRefusal(reader: Reader, { legs }: Pick<Path, 'legs'>): Promise<Refusal | undefined> {
  const hop = legs.flatMap(({ hops }) => hops).find(({ layer, place }) => layer === 'gateway' && place.kind === 'pod');
  if (!hop) return undefined;
  const machine = controlPlane(reader.context.lab).name;
  const pod = hop.place.name;
  const log = await reader.read(machine, refusals(pod, hop.before.source));
  if (log?.value === undefined) return undefined;
  const proxies = (await reader.read(machine, proxyProtocols))?.value ?? [];
  const stated = proxies.map(({ name, words }) => ` NginxProxy ${name}: rewriteClientIP ${words}.`).join('');
  const sentence = {
    en: `NGINX of ${pod} closed the connection, as its log says: ${log.value} (\`${log.command}\`).${stated}`,
    ja: `${pod} の NGINX が接続を閉じた。ログ: ${log.value} (\`${log.command}\`)。${stated}`,
  };
  return { sentence, told: [told(log, [log.value])] };
}

/** Format: nginx, src/core/ngx_proxy_protocol.c; the request, which may hold secrets, stands in the lines before. */
function refusals(pod: string, client: string): Fact<string | undefined> {
  const [namespace = '', name = ''] = pod.split('/');
  const log = kubectl`-n ${namespace} logs ${name} -c nginx --since=10s`;
  return {
    id: 'nginx-log',
    sudo: true,
    slow: true,
    command: sh`log=$(${embed(log)}) || exit 2; printf '%s\\n' "$log" | grep -aoF ${`" while reading PROXY protocol, client: ${client}, server: 0.0.0.0:80`}`,
    accept: [0, 1], // 1: no line has it
    parse: ({ stdout }) => stdout.trim().split('\n').at(-1) || undefined,
  };
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
