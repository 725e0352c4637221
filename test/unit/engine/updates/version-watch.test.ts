import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { VersionWatch, type WatchOptions } from '../../../../src-main/engine/updates/version-watch.ts';
import { serve, startProxy, type Served } from '../../../downloads/servers.ts';
import { tempFolder } from '../../../machines/temp-folder.ts';
import { exampleEngine } from '../example-engine.ts';
import { sampled, sampledLab } from '../../topology/sampled-lab.ts';

const PAGE = 'https://github.com/somebody/hoplab';
const DAY = 86_400_000;

interface Listed {
  readonly tag_name: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
}

let releases: readonly Listed[] | string;
let status: number;
let publisher: Served;
let on: boolean;
let now: number;

/** The publisher stands behind a mirror, as elsewhere: no test leaves this computer. */
beforeEach(async () => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '').stubEnv(name.toLowerCase(), '');
  }
  [on, now, status] = [true, Date.parse('2026-12-01T10:00:00Z'), 200];
  releases = [{ tag_name: 'v0.2.0' }, { tag_name: 'v0.1.0' }];
  publisher = await serve((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof releases === 'string' ? releases : JSON.stringify(releases));
  });
  vi.stubEnv('HOPLAB_MIRROR', publisher.origin);
});
afterEach(() => vi.unstubAllEnvs());

async function watch(more: Partial<WatchOptions> = {}): Promise<VersionWatch> {
  const home = more.home ?? (await tempFolder());
  return new VersionWatch({ home, isOn: async () => on, page: PAGE, current: '0.1.0', now: () => now, ...more });
}

it('is off until the user turns it on, and asks nobody then', async () => {
  on = false;
  const updates = await watch();
  expect(await updates.look(true)).toMatchObject({ on: false, due: false, looked: null, newest: null });
  expect(publisher.seen).toEqual([]);
  const { client } = await exampleEngine(sampledLab, sampled);
  expect((await client.settings.read()).updates).toBe(false);
  expect((await client.settings.change({ updates: true })).updates).toBe(true);
});

it('a project without a home asks nobody, though it is on', async () => {
  const updates = await watch({ page: undefined });
  expect(await updates.look(true)).toMatchObject({ on: true, page: null, due: false, looked: null });
  expect(publisher.seen).toEqual([]);
});

it('finds the newest release and where its notes are, by one request that says nothing of the user', async () => {
  const updates = await watch();
  expect(await updates.read()).toMatchObject({ due: true });
  expect(await updates.look(false)).toMatchObject({
    looked: '2026-12-01T10:00:00.000Z',
    failure: null,
    newest: { version: '0.2.0', notes: `${PAGE}/releases/tag/v0.2.0` },
    dismissed: false,
  });
  expect(publisher.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api.github.com/repos/somebody/hoplab/releases?per_page=30',
  ]);
  const { host, connection, ...sent } = publisher.seen[0]?.headers ?? {};
  expect([host, connection]).toEqual([publisher.origin.slice('http://'.length), 'keep-alive']);
  expect(sent).toEqual({
    accept: 'application/vnd.github+json',
    'accept-encoding': 'identity',
    'user-agent': 'hoplab',
  });
});

it('asks once a day, however often the window is opened, and at once where the user wants it', async () => {
  const home = await tempFolder();
  for (let opened = 0; opened < 3; opened += 1) await (await watch({ home })).look(false);
  now += DAY - 1;
  const updates = await watch({ home });
  await updates.look(false);
  expect(publisher.seen).toHaveLength(1);
  now += 1;
  await Promise.all([updates.look(false), updates.look(false)]);
  expect(publisher.seen).toHaveLength(2);
  await updates.look(true);
  expect(publisher.seen).toHaveLength(3);
  now -= 30 * DAY; // the clock was wrong before
  await updates.look(false);
  expect(publisher.seen).toHaveLength(4);
});

it.each<[string, readonly Listed[], string | undefined]>([
  ['0.1.0', [{ tag_name: 'v0.10.0' }, { tag_name: 'v0.9.0' }], '0.10.0'],
  ['0.1.0', [{ tag_name: 'v0.1.1-rc.1' }, { tag_name: 'v0.2.0', prerelease: true }], undefined],
  ['0.1.0', [{ tag_name: 'v0.1.1-rc.1' }, { tag_name: 'v0.1.0' }], undefined],
  ['0.2.0-rc.1', [{ tag_name: 'v0.2.0-rc.2', prerelease: true }, { tag_name: 'v0.1.0' }], '0.2.0-rc.2'],
  ['0.2.0-rc.1', [{ tag_name: 'v0.2.0' }, { tag_name: 'v0.2.0-rc.2', prerelease: true }], '0.2.0'],
  ['0.3.0', [{ tag_name: 'v0.2.0' }], undefined],
  ['0.1.0', [{ tag_name: 'v0.2.0', draft: true }, { tag_name: 'nightly' }, { tag_name: 'v0.1.0' }], undefined],
  ['0.1.0', [], undefined],
])('to %s of %j the new version is %s', async (current, listed, found) => {
  releases = listed;
  const { newest, failure } = await (await watch({ current })).look(false);
  expect([newest?.version, failure]).toEqual([found, null]);
});

it('a version that was dismissed is not shown, and the next one is', async () => {
  const home = await tempFolder();
  const updates = await watch({ home });
  await updates.look(false);
  expect(await updates.dismiss('0.2.0')).toMatchObject({ newest: { version: '0.2.0' }, dismissed: true });
  expect(await (await watch({ home })).read()).toMatchObject({ dismissed: true });
  releases = [{ tag_name: 'v0.3.0' }];
  expect(await updates.look(true)).toMatchObject({ newest: { version: '0.3.0' }, dismissed: false });
  expect(await (await watch({ home, current: '0.3.0' })).read()).toMatchObject({ newest: null, dismissed: false });
});

it('what fails is kept with its reason and its time, what was known before stays, and the day counts', async () => {
  const updates = await watch();
  await updates.look(false);
  now += DAY;
  status = 404;
  expect(await updates.look(false)).toMatchObject({
    looked: '2026-12-02T10:00:00.000Z',
    failure: { en: 'nothing is at that address' },
    newest: { version: '0.2.0' },
    due: false,
  });
  [status, releases] = [200, '{"message": "not a list"}'];
  expect(await updates.look(true)).toMatchObject({ failure: { en: expect.stringContaining('not a list') as unknown } });
  releases = 'no JSON';
  expect(await updates.look(true)).toMatchObject({ failure: { en: expect.stringContaining('not a list') as unknown } });
  vi.stubEnv('HOPLAB_MIRROR', 'http://127.0.0.1:1');
  expect(await updates.look(true)).toMatchObject({ failure: { en: 'the connection was refused' } });
  vi.stubEnv('HTTPS_PROXY', 'socks5://127.0.0.1:1');
  expect(await updates.look(true)).toMatchObject({
    failure: { en: expect.stringContaining('HTTPS_PROXY') as unknown },
  });
});

it('goes through the proxy of the environment, or of the system', async () => {
  vi.stubEnv('HOPLAB_MIRROR', '');
  const proxy = await startProxy(1, { refuse: '403 Forbidden' });
  vi.stubEnv('HTTPS_PROXY', proxy.origin);
  expect(await (await watch()).look(false)).toMatchObject({ failure: { en: expect.any(String) as unknown } });
  vi.stubEnv('HTTPS_PROXY', '');
  await (await watch({ systemProxy: async () => proxy.origin })).look(false);
  expect(proxy.tunnels).toEqual(['api.github.com:443', 'api.github.com:443']);
});

it('a look that is cut by the end of Hoplab counts as none', async () => {
  const silent = await serve(() => undefined);
  vi.stubEnv('HOPLAB_MIRROR', silent.origin);
  const updates = await watch();
  const looking = updates.look(false);
  await vi.waitFor(() => expect(silent.seen).toHaveLength(1));
  updates.close();
  expect(await looking).toMatchObject({ looked: null, failure: null, due: true });
});

it('a damaged file of what was known is no obstacle', async () => {
  const home = await tempFolder();
  await writeFile(join(home, 'updates.json'), '{"looked": "yesterday"}');
  expect(await (await watch({ home })).look(false)).toMatchObject({ newest: { version: '0.2.0' } });
  expect(await readFile(join(home, 'updates.json.damaged'), 'utf8')).toContain('yesterday');
});
