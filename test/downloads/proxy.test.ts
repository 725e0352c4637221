import { expect, test } from 'vitest';
import type { DownloadError } from '../../src-main/downloads/download-error.ts';
import { networkSettings } from '../../src-main/downloads/network-settings.ts';
import type { NetworkSettings } from '../../src-main/downloads/web-client.ts';
import { client, serve, startProxy, text } from './servers.ts';

const LOGIN = `Basic ${Buffer.from('me:p@ss word').toString('base64')}`;
const withLogin = ({ port }: { port: number }): string => `http://me:p%40ss%20word@127.0.0.1:${port}`;

test('a plain address is asked of the proxy as a whole, with the login of the proxy’s address', async () => {
  const proxy = await startProxy(0);
  const answer = await client({ httpProxy: withLogin(proxy) }).fetch('http://files.test:8080/a?b=c');
  expect([answer.url, await text(answer)]).toEqual([
    'http://files.test:8080/a',
    'through the proxy: http://files.test:8080/a?b=c',
  ]);
  expect(proxy.seen[0]?.headers.host).toBe('files.test:8080');
  expect(proxy.logins).toEqual([LOGIN]);
});

test('a proxy that wants a login is named; neither user nor password is', async () => {
  const proxy = await startProxy(0, { refuse: '407 Proxy Authentication Required' });
  const settings = { proxy: withLogin(proxy), httpProxy: withLogin(proxy) };
  for (const url of ['https://files.test/kubeadm', 'http://files.test/kubeadm']) {
    const failed = client(settings).fetch(url);
    const said = expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${proxy.port}.*files\\.test.*407`)) as unknown;
    await expect(failed).rejects.toMatchObject({
      kind: 'proxy-login',
      retryable: false,
      url,
      text: { en: said, ja: said },
    });
    const error = (await failed.catch((reason: unknown) => reason)) as Error;
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/p@ss|p%40ss|me:/);
  }
  expect(proxy.logins).toEqual([LOGIN, LOGIN]);
});

test.each([
  ['403 Forbidden', 'forbidden', false],
  ['502 Bad Gateway', 'status', true],
])('a proxy that answers CONNECT with %s is said to not lead there', async (refuse, kind, retryable) => {
  const proxy = await startProxy(0, { refuse });
  await expect(client({ proxy: proxy.origin }).fetch('https://files.test/')).rejects.toMatchObject({
    ...{ kind, retryable },
    message: expect.stringMatching(
      `^The proxy 127.0.0.1:${proxy.port} does not connect to files.test \\(${refuse}\\)`,
    ) as unknown,
  });
});

test('a proxy that is not there, and one that hangs up, are named and not the host', async () => {
  await expect(client({ proxy: 'http://127.0.0.1:1' }).fetch('https://files.test/')).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/^The proxy 127\.0\.0\.1:1 refuses/) as unknown,
  });
  await expect(client({ httpProxy: 'http://127.0.0.1:1' }).fetch('http://files.test/')).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/^The proxy 127\.0\.0\.1:1 refuses/) as unknown,
  });
  const silent = await serve(() => undefined);
  const slow = client({ proxy: silent.origin }, { connect: 0.3, silence: 5 });
  await expect(slow.fetch('https://files.test/')).rejects.toMatchObject({
    kind: 'cut', // Node closes a tunnel that its server does not know
    message: expect.stringMatching(/^The proxy 127/) as unknown,
  });
});

test('what NO_PROXY names, and this computer itself, is asked without the proxy', async () => {
  const proxy = await startProxy(0);
  const { origin } = await serve((_request, response) => response.end('directly'));
  expect(await client({ httpProxy: proxy.origin }).fetch(origin).then(text)).toBe('directly');
  const web = client({ httpProxy: proxy.origin, noProxy: '.invalid' });
  await expect(web.fetch('http://files.invalid/')).rejects.toMatchObject({ url: 'http://files.invalid/' });
  expect(proxy.seen).toEqual([]);
});

test('the system’s proxy is asked for where no other is set', async () => {
  const proxy = await startProxy(0);
  const asked: string[] = [];
  const systemProxy = async (url: string): Promise<string> => (asked.push(url), proxy.origin);
  expect(await client({ systemProxy }).fetch('http://files.test/x').then(text)).toContain('http://files.test/x');
  expect(asked).toEqual(['http://files.test']);
  const other = await startProxy(0);
  await client({ systemProxy, httpProxy: other.origin }).fetch('http://files.test/x');
  expect([asked.length, other.seen.length]).toEqual([1, 1]);
});

test('about what is reached without a proxy the system is not asked', async () => {
  const { origin } = await serve((_request, response) => response.end('directly'));
  const systemProxy = async (url: string): Promise<string> => Promise.reject(new Error(`asked about ${url}`));
  expect(await client({ systemProxy }).fetch(origin).then(text)).toBe('directly');
  const web = client({ systemProxy, noProxy: '.invalid' });
  await expect(web.fetch('http://files.invalid/')).rejects.toMatchObject({ url: 'http://files.invalid/' });
});

/** Does what an error says to set in the environment, in either language. */
async function remedied(failed: Promise<unknown>, login: string): Promise<NetworkSettings> {
  const { text } = (await failed.catch((error: unknown) => error)) as DownloadError;
  const [en, ja] = [text.en, text.ja].map((said) => /(\w+)=(\w+:\/\/\S+)/.exec(said)?.slice(1));
  expect(en).toEqual(ja);
  const [name = '', value = ''] = en ?? [];
  return networkSettings({}, { [name]: value.replace('USER:PASSWORD', login) });
}

test.each(['http://files.test/x', 'https://files.test/x'])(
  'what is said of a proxy that wants a login helps, for %s',
  async (url) => {
    const wanting = await startProxy(0, { refuse: '407 Proxy Authentication Required' });
    const first = client({ proxy: wanting.origin, httpProxy: wanting.origin }).fetch(url);
    const settings = await remedied(first, 'me:p%40ss%20word');
    await client(settings)
      .fetch(url)
      .catch(() => undefined);
    expect(wanting.logins).toEqual([undefined, LOGIN]);
  },
);

test('what is said of a mirror that wants a login helps', async () => {
  const mirror = await serve(({ headers }, response) =>
    response.writeHead(headers.authorization === LOGIN ? 200 : 403).end('from the mirror'),
  );
  const url = 'https://files.test/x';
  const first = client({ mirrors: { base: mirror.origin, hosts: {} } }).fetch(url);
  expect(
    await client(await remedied(first, 'me:p%40ss%20word'))
      .fetch(url)
      .then(text),
  ).toBe('from the mirror');
});
