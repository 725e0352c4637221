import { createHash } from 'node:crypto';
import { dockerCredentials, type Credentials } from './docker-credentials.ts';
import { INDEX_TYPES, MANIFEST_TYPES, mediaTypeOf, partsOf } from '../bundle/image-document.ts';
import { parseReference, repositoryOf } from '../bundle/image-reference.ts';
import { readAll } from './read-all.ts';
import { noManifest, otherDigest } from './registry-failures.ts';
import { RegistryLogin } from './registry-login.ts';
import type { WebAnswer, WebClient } from './web-client.ts';
import { withRetries } from './with-retries.ts';

export interface ImageManifestAnswer {
  /** `sha256:HEX` of the bytes. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

interface Options {
  readonly signal?: AbortSignal | undefined;
}

const ACCEPT = [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ');
/** Bytes of a manifest, as the distribution specification has it; and of a configuration. */
const LARGEST = 4 << 20;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads images from registries: https://github.com/opencontainers/distribution-spec. */
export class Registry {
  readonly #login: RegistryLogin;

  constructor(web: WebClient, credentials: Credentials = dockerCredentials()) {
    this.#login = new RegistryLogin(web, credentials);
  }

  /**
   * The document that a tag or a digest names. Its bytes are what the reference's digest, the registry's header and `expected`
   * (`sha256:HEX`) say. @throws DownloadError
   */
  async manifest(
    reference: string,
    { expected, signal }: Options & { expected?: string | undefined } = {},
  ): Promise<ImageManifestAnswer> {
    const { registry, path, at } = parseReference(reference);
    const url = `https://${registry}/v2/${path}/manifests/${at}`;
    const unpinned = expected === undefined && !DIGEST.test(at);
    const request = { headers: { accept: ACCEPT }, unpinned, signal };
    return withRetries(
      async () => {
        const answer = await this.#login.fetch(url, `${registry}/${path}`, request);
        const bytes = await readAll(answer, LARGEST);
        if (!bytes) throw noManifest(answer.url, reference, 'larger than 4 MiB');
        const named = answer.headers.get('docker-content-digest');
        const wanted = [expected, at, named].filter((one) => one !== undefined && one !== null && DIGEST.test(one));
        const digest = verified(bytes, wanted as string[], { url: answer.url, what: reference });
        const mediaType = mediaTypeOf(bytes, answer.headers.get('content-type'));
        if (!partsOf({ mediaType, bytes })) throw noManifest(answer.url, reference, mediaType || 'no type');
        return { digest, mediaType, bytes };
      },
      { signal },
    );
  }

  /**
   * A blob from byte `from` on, if it still is what `validator` says: 206; else from its beginning: 200. 416 where there are no more.
   * Its bytes are for the caller to verify. @param repository `REGISTRY/PATH` @throws DownloadError
   */
  async blob(
    repository: string,
    digest: string,
    { from = 0, validator, signal }: Options & { from?: number | undefined; validator?: string | undefined } = {},
  ): Promise<WebAnswer> {
    const { registry, path } = repositoryOf(repository);
    const rest = from > 0 ? { range: `bytes=${from}-`, ...(validator !== undefined && { 'if-range': validator }) } : {};
    const url = `https://${registry}/v2/${path}/blobs/${digest}`;
    return this.#login.fetch(url, `${registry}/${path}`, { headers: rest, signal });
  }
}

/** @returns `sha256:HEX` of the bytes. @throws DownloadError where it is not all of what it has to be */
function verified(bytes: Buffer, wanted: readonly string[], { url, what }: { url: string; what: string }): string {
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const other = wanted.find((one) => one !== found);
  if (other !== undefined) throw otherDigest(url, { what, wanted: other, found });
  return found;
}
