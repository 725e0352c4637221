import { expect, test } from 'vitest';
import type { Credentials, Login } from '../../src-main/downloads/docker-credentials.ts';
import type { Arch } from '../../src-main/bundle/bundle-index.ts';
import type { CatalogueImage } from '../../src-main/bundle/catalogue.ts';
import { Cache } from '../../src-main/downloads/cache.ts';
import { imageBlobs } from '../../src-main/downloads/image-blobs.ts';
import { Registry } from '../../src-main/downloads/registry.ts';
import { loginRefused, loginWanted } from '../../src-main/downloads/registry-failures.ts';
import { resolveImage } from '../../src-main/downloads/resolve-index.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import {
  addImage,
  DOCKER,
  INDEX,
  LIST,
  MANIFEST,
  registryServer,
  sha256,
  type RegistryServer,
} from './registry-server.ts';
import { client, serve, text } from './servers.ts';

const NOBODY: Credentials = { of: async () => ({}) };
const knows = (login: Login, asked: string[] = []): Credentials => ({
  of: async (host) => (asked.push(host), { login }),
});

/** The server answers for the registry `r.test`. */
function registry({ origin }: { origin: string }, credentials = NOBODY): Registry {
  return new Registry(client({ mirrors: { hosts: { 'r.test': origin } } }), credentials);
}
const NAME = 'r.test/team/app';
const HUB = 'https://registry-1.docker.io/v2/library/x/manifests/v1';
const paths = (server: RegistryServer): (string | undefined)[] => server.seen.map(({ url }) => url);

test('a manifest comes by tag and by digest; one token serves both', async () => {
  const server = await registryServer();
  const { root } = addImage(server, 'v1');
  const it = registry(server);
  const byTag = await it.manifest(`${NAME}:v1`);
  expect(byTag).toMatchObject({ digest: root.digest, mediaType: INDEX });
  expect(await it.manifest(`${NAME}@${root.digest}`)).toEqual(byTag);
  expect(await it.manifest(`${NAME}:v1@${root.digest}`, { expected: root.digest })).toEqual(byTag);
  expect(server.tokens.seen.map(({ url }) => url)).toEqual([
    '/token?service=the+registry&scope=repository%3Ateam%2Fapp%3Apull',
  ]);
  expect(server.seen).toHaveLength(4);
  expect(server.seen[1]?.headers).toMatchObject({
    accept: [INDEX, LIST, MANIFEST, DOCKER].join(', '),
    authorization: 'Bearer token0',
  });
});

test('requests that are challenged at once share a token; each repository has its own', async () => {
  const server = await registryServer();
  const { root } = addImage(server, 'v1');
  const it = registry(server);
  await Promise.all([1, 2, 3, 4].map(() => it.blob(NAME, root.digest).then((answer) => answer.close())));
  expect(server.tokens.seen).toHaveLength(1);
  await it.manifest('r.test/other:v1');
  expect(server.tokens.seen).toHaveLength(2);
});

test('a token that is over is asked for again, also where the registry alone knows it', async () => {
  const server = await registryServer({ lasts: 1 });
  addImage(server, 'v1');
  const it = registry(server);
  await it.manifest(`${NAME}:v1`);
  await it.manifest(`${NAME}:v1`);
  expect(server.tokens.seen).toHaveLength(2);
  let refuse = false;
  const forgets = await registryServer({
    before: ({ headers }, response) => {
      if (!refuse || headers.authorization === undefined) return false;
      refuse = false;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${forgets.tokens.origin}"` }).end();
      return true;
    },
  });
  addImage(forgets, 'v1');
  const other = registry(forgets);
  await other.manifest(`${NAME}:v1`);
  refuse = true;
  await other.manifest(`${NAME}:v1`);
  expect(forgets.tokens.seen).toHaveLength(2);
});

test('the digest of a tag is that of the bytes, where the registry has no header for it', async () => {
  const bytes = JSON.stringify({ schemaVersion: 2, manifests: [] });
  const bare = await serve((_request, response) => response.writeHead(200, { 'content-type': INDEX }).end(bytes));
  expect((await registry(bare).manifest(`${NAME}:v1`)).digest).toBe(sha256(bytes));
});

test('a registry that answers another digest than it says, than was asked for, or than is expected, is refused', async () => {
  const server = await registryServer();
  const { root } = addImage(server, 'v1');
  const wrong = `sha256:${'0'.repeat(64)}`;
  const document = server.content.get(root.digest);
  if (!document) throw new Error();
  server.content.set(wrong, document);
  const it = registry(server);
  const other = { kind: 'other-digest', retryable: false };
  const both = expect.stringMatching(
    new RegExp(`127.*${root.digest}.*${wrong}|127.*${wrong}.*${root.digest}`),
  ) as unknown;
  await expect(it.manifest(`${NAME}:v1`, { expected: wrong })).rejects.toMatchObject({
    ...other,
    text: { en: both, ja: both },
  });
  await expect(it.manifest(`${NAME}@${wrong}`)).rejects.toMatchObject(other);
  const lies = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': INDEX, 'docker-content-digest': wrong }).end(document.bytes);
  });
  await expect(registry(lies).manifest(`${NAME}:v1`)).rejects.toMatchObject(other);
  expect(lies.seen).toHaveLength(1);
});

test.each([
  ['JSON that is no manifest', INDEX, '{"schemaVersion":2}'],
  ['no JSON', MANIFEST, 'nothing'],
  ['the old schema', 'application/vnd.docker.distribution.manifest.v1+prettyjws', '{"schemaVersion":1}'],
  ['more than 4 MiB', INDEX, ' '.repeat((4 << 20) + 1)],
])('%s is refused', async (_what, type, bytes) => {
  const server = await serve((_request, response) => response.writeHead(200, { 'content-type': type }).end(bytes));
  await expect(registry(server).manifest(`${NAME}:v1`)).rejects.toMatchObject({ kind: 'status', retryable: false });
});

test('an image that is not there, and a registry that is busy for a moment', async () => {
  let busy = 2;
  const server = await registryServer({
    login: 'none',
    before: (_request, response) => busy-- > 0 && Boolean(response.writeHead(429, { 'retry-after': '0' }).end()),
  });
  addImage(server, 'v1');
  await registry(server).manifest(`${NAME}:v1`);
  expect(server.seen).toHaveLength(3);
  await expect(registry(server).manifest(`${NAME}:v2`)).rejects.toMatchObject({
    kind: 'not-found',
    url: `${server.origin}/v2/team/app/manifests/v2`,
  });
});

test.each([
  ['OCI', [INDEX, MANIFEST]],
  ['Docker', [LIST, DOCKER]],
] as const)('an image of %s: manifests of the architectures, and all blobs once', async (_what, types) => {
  const server = await registryServer();
  const { root, arm, amd } = addImage(server, 'v1', [...types]);
  const { image, blobs } = await resolved(server, { reference: `${NAME}:v1`, digest: root.digest });
  expect(image).toMatchObject({ digest: root.digest, mediaType: types[0], vouched: 'hoplab' });
  const digests = async (arch: Arch) => (await blobs(arch)).map(({ digest }) => digest);
  const of = ({ digest, config, layers }: typeof arm) => [root, { digest }, config, ...layers].map((one) => one.digest);
  expect(await digests('arm64')).toEqual(of(arm));
  expect(await digests('amd64')).toEqual(of(amd));
});

test('an image without one of the architectures is said to be that, also where it is a single manifest', async () => {
  const server = await registryServer();
  const { amd } = addImage(server, 'v1');
  const single = { reference: `${NAME}:v1`, digest: amd.digest };
  expect(await (await resolved(server, single)).blobs('amd64')).toHaveLength(2 + amd.layers.length);
  const missing = { kind: 'other-digest', message: expect.stringContaining('linux/arm64') as unknown };
  await expect((await resolved(server, single)).blobs('arm64')).rejects.toMatchObject(missing);
  server.add(INDEX, { schemaVersion: 2, manifests: [{ ...amd, config: undefined }] }, 'amd');
  await expect(resolved(server, { reference: `${NAME}:amd` }, 'arm64')).rejects.toMatchObject(missing);
});

/** An image as it is found out for an installation. */
async function resolved(server: RegistryServer, image: CatalogueImage, arch: Arch = 'amd64') {
  const { signal } = new AbortController();
  const sources = { cache: new Cache(await tempFolder()), registry: registry(server), signal };
  const found = await resolveImage(image, [arch], sources);
  return { image: found, blobs: (of: Arch) => imageBlobs(found, of, sources) };
}

test('a blob is resumed, at the storage that the registry leads to and that sees no token', async () => {
  const storage = await serve(({ headers }, response) => response.writeHead(headers.range ? 206 : 200).end('layer'));
  const server = await registryServer({ storage: storage.origin });
  const { amd } = addImage(server, 'v1');
  const digest = amd.layers[0]?.digest ?? '';
  const answer = await registry(server).blob(NAME, digest, { from: 7, validator: '"e"' });
  expect([answer.status, await text(answer)]).toEqual([206, 'layer']);
  expect(answer.url).not.toContain('signature');
  expect(storage.seen[0]?.headers).toMatchObject({ range: 'bytes=7-', 'if-range': '"e"' });
  expect(storage.seen[0]?.headers).not.toHaveProperty('authorization');
  expect((await registry(server).blob(NAME, digest)).status).toBe(200);
});

test.each(['bearer', 'basic'] as const)(
  'a registry that wants a login (%s) gets that of docker login, or says what to run',
  async (login) => {
    const server = await registryServer({ login, secret: 'me:p:ass' });
    const { root } = addImage(server, 'v1');
    const asked: string[] = [];
    const mine = registry(server, knows({ username: 'me', password: 'p:ass' }, asked));
    expect(await mine.manifest(`${NAME}:v1`)).toMatchObject({ digest: root.digest });
    expect(asked).toEqual([`127.0.0.1:${server.port}`]); // of the host that is asked, not of r.test
    await expect(registry(server).manifest(`${NAME}:v1`)).rejects.toMatchObject({
      kind: 'registry-login',
      message: expect.stringContaining(`\`docker login 127.0.0.1:${server.port}\``) as unknown,
    });
    const wrong = registry(server, knows({ username: 'me', password: 'secret' }));
    const failed = wrong.manifest(`${NAME}:v1`);
    await expect(failed).rejects.toMatchObject({
      kind: 'registry-login',
      message: expect.stringContaining('rejected') as unknown,
    });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('secret') as unknown });
  },
);

test('the user and password of a mirror’s address open it and its token server', async () => {
  const server = await registryServer({ login: 'basic', secret: 'me:pw' });
  addImage(server, 'v1');
  const base = `http://me:pw@127.0.0.1:${server.port}`;
  const it = new Registry(client({ mirrors: { base, hosts: {} } }), NOBODY);
  await it.manifest(`${NAME}:v1`);
  expect(paths(server)).toEqual(['/v2/r.test/team/app/manifests/v1']);
});

test('the login that is said to be saved is one that docker login saves', () => {
  for (const failure of [loginWanted(HUB, 'docker.io/x', undefined), loginRefused(HUB, 'docker.io/x')]) {
    for (const said of [failure.text.en, failure.text.ja]) {
      expect(said).toContain('`docker login docker.io`');
      expect(said).not.toContain('mirrors');
    }
  }
});

test('why a saved login could not be read is said when one is wanted', async () => {
  const server = await registryServer({ login: 'basic', secret: 'me:pw' });
  const it = registry(server, { of: async () => ({ problem: 'docker-credential-x is not installed' }) });
  await expect(it.manifest(`${NAME}:v1`)).rejects.toMatchObject({
    message: expect.stringContaining('(docker-credential-x is not installed)') as unknown,
  });
});

test.each([
  ['a challenge that is none', 'Negotiate', 'neither Bearer nor Basic'],
  ['a token server that is no address', 'Bearer realm="token"', 'realm is not an address'],
  ['a token server of another kind', 'Bearer realm="ftp://x/"', 'realm is not https'],
])('%s is refused', async (_what, challenge, why) => {
  const server = await serve((_request, response) => response.writeHead(401, { 'www-authenticate': challenge }).end());
  await expect(registry(server).manifest(`${NAME}:v1`)).rejects.toMatchObject({
    kind: 'registry-login',
    message: expect.stringContaining(why) as unknown,
  });
});

test('a token server that gives no token, and one that shows a web page', async () => {
  const page = await serve((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  );
  const empty = await serve((_request, response) => response.end('{}'));
  const [one, two] = [await registryServer({ realm: page.origin }), await registryServer({ realm: empty.origin })];
  await expect(registry(one).manifest(`${NAME}:v1`)).rejects.toMatchObject({ kind: 'web-page' });
  await expect(registry(two).manifest(`${NAME}:v1`)).rejects.toMatchObject({
    kind: 'registry-login',
  });
});

test('a redirect to a host that challenges in its turn gets no login of anyone', async () => {
  const asked: string[] = [];
  const other = await serve((_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end());
  const server = await serve((_request, response) =>
    response.writeHead(302, { location: `${other.origin}/v2/x` }).end(),
  );
  const it = registry(server, knows({ username: 'me', password: 'pw' }, asked));
  await expect(it.manifest(`${NAME}:v1`)).rejects.toMatchObject({ kind: 'registry-login' });
  expect([asked, other.seen.map(({ headers }) => headers.authorization)]).toEqual([[], [undefined]]);
});
