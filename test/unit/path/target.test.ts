import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetError } from '../../../src-main/path/target-error.ts';
import { parseTarget, withoutSecrets } from '../../../src-main/path/target.ts';

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
    ['curl -H x http://a/', "write -H 'NAME: VALUE'"],
    ['curl http://a/ http://b/', 'give curl one URL'],
    ['curl http://a/ -H', '-H is not valid curl syntax'],
    ['curl --proxy x http://a/', 'does not support the option --proxy: remove it. Supported options: --header'],
    ['curl -b cookies.txt http://a/', 'bodies and cookies from files are not supported'],
    ['curl -u me http://a/', 'write -u USER:PASSWORD'],
    ["curl -X 'GET\\nx' http://a/", 'a method is a single word'],
    ["curl -H $'A: b\\r\\nC: d' http://a/", "write -H 'NAME: VALUE'"],
    ["curl 'http://a/", 'a quote is not closed'],
    ['curl -d @secret http://a/', 'from files are not supported'],
    ['curl --resolve a:80:nowhere http://a/', 'with an IPv4 address'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => parseTarget(text, 30053)).toThrow(why);
  });

  const chrome = `curl 'http://shop.k8s.local/a' \\
  -H 'accept-language: en-US,en;q=0.9' \\
  -b 'session=s3cret; theme=dark' \\
  -H 'sec-ch-ua: "Chromium";v="130"' \\
  --data-raw $'{"it":"isn\\'t \\u0041"}' \\
  --insecure`;
  const firefox = `curl 'http://shop.k8s.local/a' --compressed -L -X POST -H 'User-Agent: Mozilla/5.0' -H 'Cookie: session=s3cret; theme=dark' --data-raw '{"it":"isn'"'"'t A"}'`;
  it.each([
    ['Chrome', chrome, { passedOver: [], method: 'POST' }],
    ['Chrome, into a field of one line', chrome.replaceAll('\n', ''), { passedOver: [] }],
    ['Firefox', firefox, { passedOver: ['-L'] }],
  ])('what %s copies as cURL is followed', (_, text, words) => {
    const target = parseTarget(text, 30053);
    expect(target).toMatchObject({ path: '/a', words: { ...words, body: `{"it":"isn't A"}` } });
    const headers = target.kind === 'http' ? target.words.headers : [];
    expect(headers).toContainEqual({ name: 'Cookie', value: 'session=s3cret; theme=dark' });
    expect(headers.some(({ name }) => name === 'Accept-Encoding')).toBe(text.includes('--compressed'));
    expect(target.text).not.toContain('s3cret');
  });

  it.each([
    [`curl -u me:s3cret ${URL}`, 'Basic bWU6czNjcmV0'],
    ['curl http://me:s3cret@shop.k8s.local/a', 'Basic bWU6czNjcmV0'],
    ['http://:s%33cret@shop.k8s.local/a', 'Basic OnMzY3JldA=='],
    [`curl --oauth2-bearer s3cret ${URL}`, 'Bearer s3cret'],
  ])('%s is sent with the header that it stands for', (text, value) => {
    const target = parseTarget(text, 30053);
    expect(target).toMatchObject({ path: '/a', words: { headers: [{ name: 'Authorization', value }] } });
  });

  it('a request by GET takes its data into the query, and JSON says what it is', () => {
    expect(parseTarget(`curl -G -d q=1 --data-raw r=2 ${URL}`, 30053)).toMatchObject({
      path: '/a?q=1&r=2',
      words: { method: 'GET', body: undefined },
    });
    const headers = ['Content-Type', 'Accept'].map((name) => ({ name, value: 'application/json' }));
    expect(parseTarget(`curl --json {} ${URL}`, 30053)).toMatchObject({
      words: { method: 'POST', body: '{}', headers },
    });
  });

  const SECRETS = [
    ...['Cookie', 'Authorization', 'X-Auth-Token', 'X-Access-Token', 'X-Amz-Security-Token', 'X-Vault-Token'],
    ...['PRIVATE-TOKEN', 'X-CSRF-Token', 'apikey', 'X-Api-Key', 'Session-Id', 'X-Client-Secret'],
  ].flatMap((name) => [
    `curl -H '${name}: s3cret' ${URL}`,
    `curl -sH'${name}: s3cret' ${URL}`,
    `curl -skH '${name.toLowerCase()}:s3cret' ${URL}`,
    `curl --header='${name}: s3cret' ${URL}`,
  ]);
  const QUERIES = [
    '?token=s3cret',
    '?a=1&access_token=s3cret',
    '?%74oken=s3cret',
    '?api_key=s3cret#x',
    '?sig=s3cret&b=2',
  ];
  const shy = [
    ...SECRETS,
    ...QUERIES.flatMap((query) => [`http://a${query}`, `curl 'http://a/b${query}'`, `curl -s --url 'a/b${query}'`]),
    'http://:s3cret@a/',
    'http://me:s3cret@a/',
    'pod/a/b -> http://me:s3cret@a/',
    `curl -u me:s3cret ${URL}`,
    `curl -sume:s3cret ${URL}`,
    `curl --oauth2-bearer s3cret ${URL}`,
    `curl -b 'a=s3cret' ${URL}`,
    `curl -d 'user=me&password=s3cret' ${URL}`,
    `curl -d '{"user":{"pass\\u0077ord":"x","apiToken":"s3cret"}}' ${URL}`,
    `curl --json '{"client_secret":"s3cret"}' ${URL}`,
    `curl -G -d token=s3cret ${URL}`,
    `curl -H 'Referer: http://a/?token=s3cret' ${URL}`,
    `curl -e 'http://me:s3cret@a/' ${URL}`,
    `curl -H 'X-Other: Bearer s3cret' ${URL}`,
  ];

  it.each(shy)('%s is shown without its secret, and what is shown is not sent', (text) => {
    const target = parseTarget(text, 30053);
    if (target.kind !== 'http') throw new Error('not a request');
    expect(JSON.stringify(withoutSecrets(target))).not.toMatch(/s3cret|czNjcmV0|MzY3JldA/);
    expect(target.text).toContain('***');
    const resent = () => parseTarget(target.text, 30053);
    if (!text.includes('-e ') && !text.includes('Referer')) expect(resent).toThrow('was not saved');
  });

  it.each([
    ...shy
      .filter((text) => text.startsWith('curl'))
      .flatMap((text) => [`${text} --proxy x`, `${text} http://b/`, `${text} -H`]),
    ...shy.map((text) => text.replace(/s3cret/, "s3cret'")).filter((text) => text.startsWith('curl')),
    "curl -H 'Authorization s3cret' http://a/",
    'curl --s3cretive=s3cret http://a/',
    'http://me:s3cret@a:99999/',
    'http://me:s3cret@/',
    'http://me:s3cret@a b/',
    'me:s3cret@a',
    'dns s3cret:token @a',
    'token=s3cret',
  ])('%j is refused without a word of its secret', (text) => {
    expect(() => parseTarget(text, 30053)).toThrow(TargetError);
    expect(() => parseTarget(text, 30053)).not.toThrow(/s3cret(?!ive)/);
  });

  it.each([
    'dns -f/etc/hostname @k8s-master',
    'dns +trace @k8s-master',
    'dns a @-x',
    'dns a +trace @b',
    'dns a @+short',
  ])('%s gives dig no option: it is refused', (text) =>
    expect(() => parseTarget(text, 30053)).toThrow('without dig options'),
  );

  it.each(['-K', '--version', '-x:80', 'http://-K/', 'http://[::1]/'])('%s is no host', (text) => {
    expect(() => parseTarget(text, 30053)).toThrow('is not a valid target');
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
