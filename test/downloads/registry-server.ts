import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve, type Served } from './servers.ts';

export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';

interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

export interface RegistryServer extends Served {
  /** What is served, by digest and by tag: a test may change it. */
  readonly content: Map<string, Content>;
  readonly add: (type: string, value: unknown, tag?: string) => { mediaType: string; digest: string; size: number };
  /** Tokens that were given. */
  readonly tokens: Served;
}

export interface Behaviour {
  /** Default: a Bearer token from the token server, without login. */
  readonly login?: 'none' | 'basic' | 'bearer';
  /** `user:password` that the token server, or the registry itself, wants. */
  readonly secret?: string;
  /** Seconds. */
  readonly lasts?: number;
  /** Before all else; whether it answered. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Where the blobs are. */
  readonly storage?: string;
  readonly realm?: string;
}

export function sha256(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A registry with a token server, as the public ones are: names are `PATH`, whatever it is. */
export async function registryServer(behaviour: Behaviour = {}): Promise<RegistryServer> {
  const content = new Map<string, Content>();
  const { login = 'bearer', secret, lasts } = behaviour;
  const given = new Set<string>();
  const wanted = secret && `Basic ${Buffer.from(secret).toString('base64')}`;
  const tokens = await serve((request, response) => {
    if (secret && request.headers.authorization !== wanted) return void response.writeHead(401).end();
    const token = `token${given.size}`;
    given.add(`Bearer ${token}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ token, ...(lasts !== undefined && { expires_in: lasts }) }));
  });
  const realm = behaviour.realm ?? `${tokens.origin}/token`;
  const challenge =
    login === 'bearer'
      ? `Bearer realm="${realm}",service="the registry",scope="repository:team/app:pull"`
      : 'Basic realm="x"';
  const may = ({ headers: { authorization = '' } }: IncomingMessage): boolean =>
    login === 'none' || (login === 'basic' ? authorization === wanted : given.has(authorization));
  const served = await serve((request, response) => {
    if (behaviour.before?.(request, response)) return;
    if (!may(request)) return void response.writeHead(401, { 'www-authenticate': challenge }).end('{}');
    const { url = '' } = request;
    const found = content.get(url.split('/').at(-1) ?? '');
    if (!found) return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    if (url.includes('/blobs/') && behaviour.storage) {
      return void response.writeHead(307, { location: `${behaviour.storage}${url}?signature=secret` }).end();
    }
    response.writeHead(200, { 'content-type': found.type, 'docker-content-digest': sha256(found.bytes) });
    response.end(request.method === 'HEAD' ? undefined : found.bytes);
  });
  const add: RegistryServer['add'] = (type, value, tag) => {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    const digest = sha256(bytes);
    content.set(digest, { type, bytes });
    if (tag !== undefined) content.set(tag, { type, bytes });
    return { mediaType: type, digest, size: bytes.length };
  };
  return { ...served, content, add, tokens };
}

/** An image for both architectures, and for none (an attestation, as buildx makes it). */
export function addImage({ add }: RegistryServer, tag: string, [index, manifest] = [INDEX, MANIFEST]) {
  const shared = add('application/vnd.oci.image.layer.v1.tar+gzip', Buffer.from('shared layer'));
  const one = (architecture: string, variant?: string) => {
    const config = add('application/vnd.oci.image.config.v1+json', { os: 'linux', architecture, tag });
    const layer = add('application/vnd.oci.image.layer.v1.tar+gzip', Buffer.from(`layer of ${architecture}`));
    const platform = { os: 'linux', architecture, ...(variant !== undefined && { variant }) };
    const document = { schemaVersion: 2, mediaType: manifest, config, layers: [shared, layer] };
    return { ...add(manifest, document), platform, config, layers: [shared, layer] };
  };
  const [arm, amd] = [one('arm64', 'v8'), one('amd64')];
  const none = { ...add(manifest, { no: 'manifest' }), platform: { os: 'unknown', architecture: 'unknown' } };
  const old = { ...add(manifest, { none: 'v7' }), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } };
  const manifests = [none, old, arm, amd].map(({ mediaType, digest, size, platform }) => ({
    mediaType,
    digest,
    size,
    platform,
  }));
  return { root: add(index, { schemaVersion: 2, mediaType: index, manifests }, tag), arm, amd };
}
