import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetError } from '../../../src-main/path/target-error.ts';
import { parseTarget } from '../../../src-main/path/target.ts';

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
