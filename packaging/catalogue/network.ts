import { createHash } from 'node:crypto';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../src-main/bundle/image-document.ts';
import type { Network } from './served.ts';

/**
 * The publishers themselves; with a base address, a mirror of all of them: BASE/HOST/PATH, and BASE/v2/HOST/NAME/… for a registry's
 * API. Node.js takes proxies from the environment where NODE_USE_ENV_PROXY=1.
 */
export function publishers(base?: string): Network {
  const at = (host: string, path: string) => {
    if (base === undefined) return `https://${host}${path}`;
    return path.startsWith('/v2/') ? `${base}/v2/${host}${path.slice('/v2'.length)}` : `${base}/${host}${path}`;
  };
  return {
    async fetch(url, { method = 'GET' } = {}) {
      const { host, pathname } = new URL(url);
      const { headers, body } = await ask(at(host, pathname), { method });
      return { headers, body: body ?? new Blob([]).stream(), close: () => void body?.cancel() };
    },
    async manifest(reference) {
      const [, host = '', name = '', wanted = ''] = /^([^/]+)\/([^:@]+)[:@](.+)$/.exec(reference) ?? [];
      const headers = { accept: [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ') };
      const answer = await ask(at(host, `/v2/${name}/manifests/${wanted}`), { headers });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const said = wanted.startsWith('sha256:') ? wanted : answer.headers.get('docker-content-digest');
      if (said !== null && said !== digest) throw new Error(`${reference} has the digest ${digest}, not ${said}`);
      return { digest, bytes };
    },
  };
}

/** @throws Error with the address, where the answer is none */
async function ask(url: string, init: { method?: string; headers?: Record<string, string> }): Promise<Response> {
  const first = await fetch(url, init).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`${url} cannot be reached: ${cause}`);
  });
  const challenge = first.status === 401 ? first.headers.get('www-authenticate') : null;
  if (challenge?.startsWith('Bearer ')) {
    await first.body?.cancel();
    const headers = { ...init.headers, authorization: `Bearer ${await token(challenge)}` };
    return answered(await fetch(url, { ...init, headers }), url);
  }
  return answered(first, url);
}

function answered(answer: Response, url: string): Response {
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  if (answer.headers.get('content-type')?.startsWith('text/html')) throw new Error(`${url} answered with a web page`);
  return answer;
}

/** A registry's token for anybody: `Bearer realm="…",service="…",scope="…"`. */
async function token(challenge: string): Promise<string> {
  const values = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]));
  const realm = new URL(values.get('realm') ?? '');
  for (const key of ['service', 'scope']) realm.searchParams.set(key, values.get(key) ?? '');
  const body = (await answered(await fetch(realm), realm.href).json()) as { token?: string; access_token?: string };
  return body.token ?? body.access_token ?? '';
}
