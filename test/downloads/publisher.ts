import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Arch } from '../../src-main/bundle/bundle-index.ts';
import type { Components } from '../../src-main/bundle/catalogue.ts';
import type { Sources } from '../../src-main/downloads/resolve-index.ts';
import { Cache } from '../../src-main/downloads/cache.ts';
import type { WebClient } from '../../src-main/downloads/web-client.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { client, serve } from './servers.ts';

export const sum = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** Publishers and registries on loopback, as a mirror with the original hosts as folders has them. */
export interface Publisher {
  readonly origin: string;
  /** By path: `/dl.k8s.io/…`, `/v2/registry.k8s.io/…`. May be changed. */
  readonly content: Map<string, { body: Buffer; type?: string }>;
  /** Paths that were asked for with GET, in their order. */
  readonly asked: string[];
  /** Answers in place of what it has, where it returns true. */
  before: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Client, registry and an empty cache. */
  sources(folder?: string): Promise<Sources>;
}

export async function publisher(): Promise<Publisher> {
  const content: Publisher['content'] = new Map();
  const asked: string[] = [];
  const { origin } = await serve((request, response) => {
    const path = request.url ?? '';
    if (request.method === 'GET') asked.push(path);
    if (!made.before(request, response)) answer(request, response, content.get(path));
  });
  const made: Publisher = {
    origin,
    content,
    asked,
    before: () => false,
    async sources(folder) {
      const web = client({ mirrors: { base: origin, hosts: {} } });
      return { cache: new Cache(folder ?? (await tempFolder()), { pause: 0 }), web, registry: registryOf(web) };
    },
  };
  return made;
}

function answer(request: IncomingMessage, response: ServerResponse, found?: { body: Buffer; type?: string }): void {
  if (!found) return void response.writeHead(404).end();
  const { body, type = 'application/octet-stream' } = found;
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const rest = body.subarray(Number(from ?? 0));
  response.writeHead(from === undefined ? 200 : 206, {
    'content-type': type,
    'content-length': rest.length,
    ...(from !== undefined && { 'content-range': `bytes ${from}-${String(body.length - 1)}/${String(body.length)}` }),
  });
  response.end(request.method === 'HEAD' ? undefined : rest);
}

/** Puts an image for some architectures into a registry. @returns digest of its index and, by architecture, of its manifests */
export function pushImage(
  { content }: Publisher,
  reference: string,
  archs: readonly Arch[],
  layers: readonly Buffer[] = [randomBytes(5000)],
): { digest: string; manifests: Record<string, string> } {
  const [, host = '', path = '', tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference) ?? [];
  const root = `/v2/${host}/${path}`;
  const put = (kind: string, body: Buffer, type?: string) => {
    const digest = `sha256:${sum(body)}`;
    content.set(`${root}/${kind}/${digest}`, { body, ...(type !== undefined && { type }) });
    return { mediaType: type ?? 'application/octet-stream', digest, size: body.length };
  };
  const manifests = archs.map((architecture) => {
    const config = put('blobs', Buffer.from(JSON.stringify({ os: 'linux', architecture, of: reference })));
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config,
      layers: layers.map((layer) => put('blobs', layer)),
    };
    return {
      ...put('manifests', Buffer.from(JSON.stringify(manifest)), MANIFEST),
      platform: { os: 'linux', architecture },
    };
  });
  const index = put('manifests', Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests })), INDEX);
  content.set(`${root}/manifests/${tag}`, {
    body: content.get(`${root}/manifests/${index.digest}`)?.body ?? Buffer.alloc(0),
    type: INDEX,
  });
  return {
    digest: index.digest,
    manifests: Object.fromEntries(manifests.map((one) => [one.platform.architecture, one.digest])),
  };
}

/** A catalogue of one component. */
export function catalogueOf(component: Pick<Components['kubernetes'], 'files' | 'images'>): Components {
  const about = {
    version: '1.37.1',
    publisher: 'Kubernetes',
    licence: 'Apache-2.0',
    source: 'https://github.com/kubernetes',
  };
  return { kubernetes: { ...about, ...component } } as Components;
}

function registryOf(web: WebClient): Sources['registry'] {
  return {
    async manifest(reference, { expected, signal } = {}) {
      const [, host = '', path = '', name = ''] = /^([^/]+)\/([^@:]+)[@:](.+)$/.exec(reference) ?? [];
      const { body, headers } = await web.fetch(`https://${host}/v2/${path}/manifests/${name}`, { signal });
      const pieces: Uint8Array[] = [];
      for await (const piece of body) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      const digest = `sha256:${sum(bytes)}`;
      if (expected !== undefined && digest !== expected) throw new Error('other digest');
      return { digest, mediaType: headers.get('content-type') ?? '', bytes };
    },
    blob(repository, digest, { from = 0, signal } = {}) {
      const [host = '', ...path] = repository.split('/');
      const headers = { ...(from > 0 && { range: `bytes=${String(from)}-` }) };
      return web.fetch(`https://${host}/v2/${path.join('/')}/blobs/${digest}`, { signal, headers });
    },
  };
}
