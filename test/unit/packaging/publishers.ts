import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { archSchema } from '../../../src-main/bundle/bundle-index.ts';
import { publishedOf, type PublishedFile } from '../../../src-main/bundle/published-files.ts';
import type { Catalogue } from '../../../src-main/bundle/catalogue.ts';

const hash = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');

/** All publishers on one server, the original host as the first folder; a registry's as the first of a repository. */
export class Publishers {
  /** By path: the body. A test may change what is served. */
  readonly paths = new Map<string, string>();
  /** Paths that were asked for, with their method. */
  readonly asked: string[] = [];
  readonly #server: Server;

  constructor(catalogue: Catalogue) {
    for (const { versions } of Object.values(catalogue.components)) {
      for (const { files, images } of Object.values(versions)) {
        for (const file of files)
          for (const one of publishedOf(file, { component: 'kubernetes', version: '' })) this.#publish(one);
        for (const { reference } of images) this.#push(reference);
      }
    }
    this.#server = createServer(({ url = '', method = '', headers }, answer) => {
      this.asked.push(`${method} ${url}`);
      if (url.startsWith('/token?')) return answer.end(JSON.stringify({ token: `of ${url}` }));
      if (/^\/v2\/(?:ghcr|quay)\.io\//.test(url) && headers.authorization !== `Bearer of ${TOKEN}`) {
        const realm = `realm="http://${headers.host ?? ''}/token",service="a",scope="b"`;
        return answer.writeHead(401, { 'www-authenticate': `Bearer ${realm}` }).end();
      }
      const body = this.paths.get(url);
      if (body === undefined) return answer.writeHead(404).end();
      answer.setHeader('content-length', Buffer.byteLength(body));
      answer.setHeader('content-type', url.startsWith('/v2/') ? INDEX : 'application/octet-stream');
      if (url.startsWith('/v2/')) answer.setHeader('docker-content-digest', `sha256:${hash(body)}`);
      return answer.end(method === 'HEAD' ? undefined : body);
    });
  }

  /** The base address of the mirror. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #publish({ url, sums }: PublishedFile): void {
    const body = `the bytes of ${url}`;
    this.paths.set(pathOf(url), body);
    if (sums === undefined) return;
    // alone, as dl.k8s.io has it, or in lines with names
    const name = url.slice(url.lastIndexOf('/') + 1);
    const alone = url.startsWith('https://dl.k8s.io/');
    const before = this.paths.get(pathOf(sums)) ?? '';
    this.paths.set(pathOf(sums), alone ? hash(body) : `${before}${hash(body)}  ${name}\n`);
  }

  #push(reference: string): void {
    const repository = reference.replace(/:[^/:]+$/, '');
    const tag = reference.slice(repository.length + 1);
    const put = (mediaType: string, body: object, name?: string) => {
      const text = JSON.stringify({ schemaVersion: 2, mediaType, ...body });
      const digest = `sha256:${hash(text)}`;
      for (const each of [digest, ...(name === undefined ? [] : [name])])
        this.paths.set(manifestPath(repository, each), text);
      return { mediaType, digest, size: text.length };
    };
    const blob = (size: number) => ({
      mediaType: 'application/octet-stream',
      digest: `sha256:${hash(`${reference} ${size}`)}`,
      size,
    });
    const manifests = archSchema.options.map((architecture, at) => ({
      ...put(MANIFEST, { config: blob(100 + at), layers: [blob(1000), blob(20)] }),
      platform: { os: 'linux', architecture },
    }));
    put(
      INDEX,
      { manifests: [...manifests, { ...blob(3), platform: { os: 'unknown', architecture: 'unknown' } }] },
      tag,
    );
  }
}

/** Where ghcr.io's and quay.io's tokens for anybody come from. */
const TOKEN = '/token?service=a&scope=b';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** Of an address, below the base address of a mirror. */
export function pathOf(url: string): string {
  return url.replace('https:/', '');
}

/** Of a manifest, by tag or digest. */
export function manifestPath(repository: string, name: string): string {
  return `/v2/${repository}/manifests/${name}`;
}
