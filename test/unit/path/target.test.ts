import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetError } from '../../../src-main/path/target-error.ts';
import { parseTarget, withoutCredentials } from '../../../src-main/path/target.ts';

describe('a target', () => {
  it.each([
    ['http://shop.k8s.local/a?b=1', { to: { host: 'shop.k8s.local' }, port: undefined, path: '/a?b=1', secure: false }],
    ['https://192.168.2.200:8443', { to: { host: '192.168.2.200' }, port: 8443, path: '/', secure: true }],
    ['k8s-worker1:30080', { to: { kind: 'host', host: 'k8s-worker1' }, port: 30080 }],
    ['Shop.k8s.local', { to: { host: 'shop.k8s.local' }, port: undefined }],
    [
      'dns shop.k8s.local @k8s-master:30053',
      { kind: 'dns', name: 'shop.k8s.local', server: 'k8s-master', port: 30053 },
    ],
    ['dns shop.k8s.local @192.168.2.10', { port: 30053 }],
    ['pod/a/b -> svc/c/d:80', { from: { namespace: 'a', name: 'b' }, to: { kind: 'service', name: 'd' }, port: 80 }],
    ['pod/a/b -> pod/c/d:8080', { to: { kind: 'pod', namespace: 'c', name: 'd' }, port: 8080 }],
    ['pod/a/b -> 10.96.0.1:443', { to: { kind: 'host', host: '10.96.0.1' }, port: 443 }],
  ])('%s', (text, expected) => expect(parseTarget(text, 30053)).toMatchObject(expected));

  it.each(['', 'a b', 'svc/a/b', 'pod/a/b -> pod/c/d', 'host:99999', 'http://'])(
    '%j is refused with a sentence',
    (text) => {
      expect(() => parseTarget(text, 30053)).toThrow(TargetError);
    },
  );

  const URL = 'http://shop.k8s.local/a';
  it.each([
    [`curl ${URL}`, { to: { host: 'shop.k8s.local' }, path: '/a', words: { method: 'GET', headers: [] } }],
    [
      `curl -sSv -m 5 -o /dev/null -H 'X-Canary: a b' ${URL}`,
      { words: { headers: [{ name: 'X-Canary', value: 'a b' }] } },
    ],
    [`curl -XDELETE ${URL}`, { words: { method: 'DELETE', body: undefined } }],
    [`curl -I ${URL}`, { words: { method: 'HEAD' } }],
    [`curl --data a=1 -d b=2 ${URL}`, { words: { method: 'POST', body: 'a=1&b=2' } }],
    [`curl --data-raw=@x -X PUT ${URL}`, { words: { method: 'PUT', body: '@x' } }],
    [`curl -A me ${URL}`, { words: { headers: [{ name: 'User-Agent', value: 'me' }] } }],
    [`curl shop.k8s.local:8080`, { to: { host: 'shop.k8s.local' }, port: 8080, secure: false, path: '/' }],
    [`curl --resolve shop.k8s.local:80:192.168.2.200 ${URL}`, { words: { address: '192.168.2.200' } }],
  ])('%s', (text, expected) => expect(parseTarget(text, 30053)).toMatchObject(expected));

  it.each([
    ['curl -H x http://a/', "write 'NAME: VALUE'"],
    ['curl http://a/ http://b/', 'give curl one URL'],
    ['curl -H', 'Options that Hoplab follows: --header'],
    ['curl --proxy x http://a/', '--proxy'],
    ["curl 'http://a/", 'a quotation mark is not closed'],
    ['curl -d @secret http://a/', 'a body from a file is not sent'],
    ['curl --resolve a:80:nowhere http://a/', 'with an IPv4 address'],
    ['curl http://me:secret@a/', 'credentials in a URL are not sent'],
    ['http://me:secret@a/', 'credentials in a URL are not sent'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => parseTarget(text, 30053)).toThrow(why);
    expect(() => parseTarget(text, 30053)).not.toThrow('me:secret');
  });

  it('shows no credentials, and does not send what it shows', () => {
    const words = `-H 'Authorization: Bearer s3cret' --header='cookie: s3cret' -H 'X-Canary: yes'`;
    const target = parseTarget(`curl ${words} ${URL}`, 30053);
    expect(target.text).not.toContain('s3cret');
    expect(JSON.stringify(withoutCredentials(target))).not.toContain('s3cret');
    expect(target).toMatchObject({ words: { headers: [{ value: 'Bearer s3cret' }, { value: 's3cret' }, {}] } });
    expect(() => parseTarget(target.text, 30053)).toThrow('was not kept');
    expect(() => parseTarget(`curl ${words} --proxy x ${URL}`, 30053)).not.toThrow('s3cret');
  });

  it('any command line of curl is a target or is refused with a sentence', () => {
    const word = fc.oneof(fc.constantFrom('-H', '-X', '-d', '--resolve', "'", '\\', URL, 'a: b'), fc.string());
    fc.assert(
      fc.property(fc.array(word), (line) => {
        try {
          parseTarget(`curl ${line.join(' ')}`, 30053);
        } catch (error) {
          expect(error).toBeInstanceOf(TargetError);
        }
      }),
    );
  });

  it('any text is a target or is refused with a sentence', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseTarget(text, 30053);
        } catch (error) {
          expect(error).toBeInstanceOf(TargetError);
        }
      }),
    );
  });
});
