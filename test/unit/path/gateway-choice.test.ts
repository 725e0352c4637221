import { beforeAll, describe, expect, it } from 'vitest';
import { parseGateway } from '../../../src-main/cluster/gateways.ts';
import { parseHttpRoute } from '../../../src-main/cluster/http-routes.ts';
import { parseRouteChoices } from '../../../src-main/cluster/route-matches.ts';
import { chooseBackend, isGateway } from '../../../src-main/path/gateway-choice.ts';
import type { HttpRequest } from '../../../src-main/path/request-match.ts';
import type { Known } from '../../../src-main/path/known.ts';
import type { Pod } from '../../../src-main/cluster/pods.ts';
import { knownOf, sampledReplies } from './sampled-path.ts';

/** A route of the sampled Gateway to its one Service with endpoints, unless it says otherwise. */
interface Given {
  readonly name: string;
  readonly hosts?: readonly string[];
  readonly matches?: readonly object[];
  readonly filters?: readonly object[];
  readonly created?: string;
  readonly section?: string;
}

let known: Known;
let nginx: Pod;

beforeAll(async () => {
  known = await knownOf('http://192.168.2.201/', sampledReplies('iptables'));
  const pod = known.facts.cluster.pods?.value.find(isGateway);
  if (!pod) throw new Error('the samples have no NGINX');
  nginx = pod;
});

const LISTENERS = [{ name: 'http', protocol: 'HTTP', port: 80 }];

/** The route that NGINX takes, `302 PLACE` where it answers itself, or why it refuses. */
function chosen(routes: readonly Given[], asked: Partial<HttpRequest> = {}, listeners: readonly object[] = LISTENERS) {
  const { cluster } = known.facts;
  const [gateway] = cluster.gateways?.value ?? [];
  if (!cluster.gateways || !cluster.routes || !gateway) throw new Error('the samples have no Gateway');
  const { namespace, name } = gateway;
  const of = { metadata: { namespace, name }, spec: { gatewayClassName: 'nginx', listeners } };
  const objects = routes.map(({ name: own, hosts = [], matches = [], filters = [], created = '', section }) => ({
    metadata: { namespace, name: own, creationTimestamp: created },
    spec: {
      parentRefs: [{ name, sectionName: section }],
      hostnames: hosts,
      rules: [{ matches, filters, backendRefs: [{ name: 'shortener-service', port: 80 }] }],
    },
  }));
  const value = objects.map((object) => ({ ...parseHttpRoute(object), ...parseRouteChoices(object), object }));
  const facts = {
    ...known.facts,
    cluster: {
      ...cluster,
      gateways: { ...cluster.gateways, value: [{ ...parseGateway(of), object: of }] },
      routes: { ...cluster.routes, value },
    },
  };
  const request = { host: 'shop.k8s.local', path: '/', method: 'GET', headers: [], ...asked };
  const choice = chooseBackend(facts, nginx, 80, request);
  if (choice.kind === 'refused') return choice.stop.cause;
  const words = choice.sentence.en;
  return choice.kind === 'answered' ? /(\d+), go to (.*)\.$/.exec(words)?.slice(1).join(' ') : routeIn(words);
}

const routeIn = (words: string) => /HTTPRoute [^/]+\/([^,]+),/.exec(words)?.[1];

const header = (value: string, type = 'Exact') => ({ headers: [{ name: 'X-Canary', value, type }] });
const query = (value: string) => ({ queryParams: [{ name: 'canary', value }] });
const path = (value: string, type = 'PathPrefix') => ({ path: { value, type } });
const sent = (value: string) => ({ headers: [{ name: 'x-canary', value }] });

describe('the route that NGINX takes', () => {
  it.each<[string, readonly Given[], Partial<HttpRequest>, string]>([
    ['a header', [{ name: 'all' }, { name: 'canary', matches: [header('yes')] }], sent('yes'), 'canary'],
    ['another value', [{ name: 'all' }, { name: 'canary', matches: [header('yes')] }], sent('no'), 'all'],
    ['no header', [{ name: 'canary', matches: [header('yes')] }], {}, 'no-http-route'],
    [
      'a header by expression',
      [{ name: 'all' }, { name: 'canary', matches: [header('^v[12]$', 'RegularExpression')] }],
      sent('v2'),
      'canary',
    ],
    ['a query', [{ name: 'all' }, { name: 'canary', matches: [query('a b')] }], { path: '/?x&canary=a%20b' }, 'canary'],
    ['another query', [{ name: 'all' }, { name: 'canary', matches: [query('a')] }], { path: '/?canary=b' }, 'all'],
    ['a method', [{ name: 'all' }, { name: 'post', matches: [{ method: 'POST' }] }], { method: 'POST' }, 'post'],
    ['another method', [{ name: 'all' }, { name: 'post', matches: [{ method: 'POST' }] }], {}, 'all'],
    [
      'a longer path before a header',
      [
        { name: 'canary', matches: [header('yes')] },
        { name: 'longer', matches: [path('/a')] },
      ],
      { ...sent('yes'), path: '/a/b' },
      'longer',
    ],
    [
      'an exact path before a longer prefix',
      [
        { name: 'prefix', matches: [path('/a/b')] },
        { name: 'exact', matches: [path('/a/b', 'Exact')] },
      ],
      { path: '/a/b' },
      'exact',
    ],
    ['a prefix ends with a segment', [{ name: 'prefix', matches: [path('/a')] }], { path: '/ab' }, 'no-http-route'],
    [
      'a method before a header',
      [
        { name: 'canary', matches: [header('yes')] },
        { name: 'post', matches: [{ method: 'POST' }] },
      ],
      { ...sent('yes'), method: 'POST' },
      'post',
    ],
    [
      'the oldest of equals',
      [
        { name: 'a', created: '2026-02-01T00:00:00Z' },
        { name: 'b', created: '2026-01-01T00:00:00Z' },
      ],
      {},
      'b',
    ],
    [
      'the more exact host has no rule for it: no other is asked',
      [
        { name: 'zone', hosts: ['*.k8s.local'] },
        { name: 'shop', hosts: ['shop.k8s.local'], matches: [path('/a')] },
      ],
      {},
      'no-http-route',
    ],
    ['a zone', [{ name: 'zone', hosts: ['*.k8s.local'] }], {}, 'zone'],
    ['another zone', [{ name: 'zone', hosts: ['*.example.org'] }], {}, 'no-http-route'],
    [
      'a redirect',
      [
        {
          name: 'moved',
          filters: [
            { type: 'RequestRedirect', requestRedirect: { scheme: 'https', hostname: 'new.k8s.local', port: 8443 } },
          ],
        },
      ],
      {},
      '302 https://new.k8s.local:8443',
    ],
  ])('%s', (_, routes, request, expected) => expect(chosen(routes, request)).toBe(expected));

  it('a listener has a host name as well, and a route may be for one listener alone', () => {
    const listeners = [
      { name: 'shop', protocol: 'HTTP', port: 80, hostname: 'shop.k8s.local' },
      { name: 'zone', protocol: 'HTTP', port: 80, hostname: '*.k8s.local' },
      { name: 'other', protocol: 'HTTP', port: 81 },
    ];
    const routes = [
      { name: 'one', section: 'shop' },
      { name: 'two', section: 'zone', hosts: ['cart.k8s.local'] },
      { name: 'three', section: 'other' },
    ];
    expect(chosen(routes, {}, listeners)).toBe('one');
    expect(chosen(routes, { host: 'cart.k8s.local' }, listeners)).toBe('two');
    expect(chosen(routes, { host: 'more.k8s.local' }, listeners)).toBe('no-http-route');
  });
});
