import { expect, test } from 'vitest';
import { proxyFor } from '../../src-main/downloads/proxy-choice.ts';

const PROXY = 'http://proxy:3128';
const through = (url: string, noProxy?: string): boolean =>
  proxyFor(new URL(url), { proxy: PROXY, httpProxy: PROXY, noProxy }) === PROXY;

test('https addresses have one proxy, http addresses another', () => {
  expect(proxyFor(new URL('https://a/'), { proxy: PROXY })).toBe(PROXY);
  expect(proxyFor(new URL('http://a/'), { proxy: PROXY })).toBeUndefined();
  expect(proxyFor(new URL('http://a/'), { httpProxy: PROXY })).toBe(PROXY);
});

test.each(['http://localhost/', 'https://a.localhost:8443/', 'http://127.1.2.3/', 'http://[::1]:80/'])(
  '%s is this computer: no proxy',
  (url) => expect(through(url)).toBe(false),
);

test.each<[string, string, boolean]>([
  ['example.com', 'https://example.com/', false],
  ['example.com', 'https://a.b.example.com/', false],
  ['example.com', 'https://notexample.com/', true],
  ['.example.com', 'https://a.example.com/', false],
  ['*.example.com', 'https://a.example.com/', false],
  ['EXAMPLE.com', 'https://example.COM/', false],
  ['example.com', 'https://example.com./', false],
  ['a, b  ,example.com', 'https://example.com/', false],
  ['a b example.com', 'https://example.com/', false],
  ['example.com:8443', 'https://example.com:8443/', false],
  ['example.com:8443', 'https://example.com/', true],
  ['example.com:443', 'https://example.com/', false],
  ['example.com:80', 'http://example.com/', false],
  ['*', 'https://example.com/', false],
  ['10.0.0.0/8', 'https://10.1.2.3/', false],
  ['10.0.0.0/8', 'https://11.1.2.3/', true],
  ['10.0.0.0/8', 'https://10.example.com/', true],
  ['10.1.2.3', 'https://10.1.2.3:6443/', false],
  ['10.1.2.3:80', 'https://10.1.2.3:6443/', true],
  ['fd00::/8', 'https://[fd12::1]/', false],
  ['fd00::/8', 'https://10.1.2.3/', true],
  ['fd12::1', 'https://[fd12:0::1]/', false],
  ['[fd12::1]:6443', 'https://[fd12::1]:6443/', false],
  ['[fd12::1]:6443', 'https://[fd12::1]/', true],
  ['10.0.0.0/99, ,.,:', 'https://10.1.2.3/', true],
  ['', 'https://example.com/', true],
])('NO_PROXY %j and %s: proxy %s', (noProxy, url, expected) => {
  expect(through(url, noProxy)).toBe(expected);
});
