import { expect, test } from 'vitest';
import { proxyOfPac, systemProxy } from '../../src-main/downloads/system-proxy.ts';
import { client } from './servers.ts';

test.each([
  ['DIRECT', undefined],
  ['', undefined],
  ['PROXY proxy.test:3128', 'http://proxy.test:3128'],
  ['PROXY proxy.test:3128; DIRECT', 'http://proxy.test:3128'],
  ['DIRECT; PROXY proxy.test:3128', undefined],
  ['HTTPS proxy.test:443;PROXY other.test:80', 'https://proxy.test'],
  ['https secure.test:8443', 'https://secure.test:8443'],
  ['PROXY [fd00::1]:8080', 'http://[fd00::1]:8080'],
  ['SOCKS5 socks.test:1080; PROXY proxy.test:3128', 'http://proxy.test:3128'],
  ['SOCKS socks.test:1080;DIRECT', undefined],
  ['PROXY ; PROXY http://proxy.test:1/x; QUIC q.test:443; PROXY proxy.test:3128', 'http://proxy.test:3128'],
])('the system’s answer %j: %s', (answer, proxy) => {
  expect(proxyOfPac(answer, 'https://files.test')).toBe(proxy);
});

test('where the system knows only proxies that cannot be used, it is said which, and what to set', async () => {
  const web = client({ systemProxy: systemProxy(async () => 'SOCKS5 socks.test:1080; SOCKS 10.0.0.1:1080') });
  const said = expect.stringMatching(
    /^(The system's proxy for )?files\.test.*\(SOCKS5 socks\.test:1080; SOCKS 10\.0\.0\.1:1080\).*`proxy: http/,
  ) as unknown;
  await expect(web.fetch('https://files.test/x?secret')).rejects.toMatchObject({
    ...{ kind: 'proxy', retryable: false, url: 'https://files.test/', text: { en: said, ja: said } },
  });
});

test('the system is asked once a minute and origin, and again after it gave no usable answer', async () => {
  let now = 0;
  const asked: string[] = [];
  const answers = ['SOCKS s.test:1', 'PROXY a.test:1', 'DIRECT', 'PROXY b.test:1'];
  const ask = systemProxy(
    async (origin) => (asked.push(origin), answers[asked.length - 1] ?? ''),
    () => now,
  );
  await expect(ask('https://one.test/x')).rejects.toMatchObject({ kind: 'proxy' });
  expect([await ask('https://one.test/x'), await ask('https://one.test/y')]).toEqual([
    'http://a.test:1',
    'http://a.test:1',
  ]);
  expect(await ask('http://one.test/')).toBeUndefined();
  now = 60_000;
  expect(await ask('https://one.test/')).toBe('http://b.test:1');
  expect(asked).toEqual(['https://one.test', 'https://one.test', 'http://one.test', 'https://one.test']);
});
