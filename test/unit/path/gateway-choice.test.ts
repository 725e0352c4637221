import { beforeAll, describe, expect, it } from 'vitest';
import { parseEndpointSlice } from '../../../src-main/cluster/endpoint-slices.ts';
import { parseGateway } from '../../../src-main/cluster/gateways.ts';
import { parseHttpRoute } from '../../../src-main/cluster/http-routes.ts';
import { parseService } from '../../../src-main/cluster/services.ts';
import { chooseBackend, isGateway, type Choice } from '../../../src-main/path/gateway-choice.ts';
import { tlsListener } from '../../../src-main/path/gateway-hosts.ts';
import type { HttpRequest } from '../../../src-main/path/request-match.ts';
import type { Known } from '../../../src-main/path/known.ts';
import { stopped } from '../../../src-main/path/stops.ts';
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
  readonly backends?: readonly object[];
  readonly parents?: readonly object[];
  readonly status?: readonly object[];
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

const BACKENDS = [{ name: 'shortener-service', port: 80 }];

/** What NGINX makes of a request, with these routes at the sampled Gateway. */
function choiceOf(
  routes: readonly Given[],
  asked: Partial<HttpRequest> = {},
  listeners: readonly object[] = LISTENERS,
): Choice {
  const { cluster } = known.facts;
  const [gateway] = cluster.gateways?.value ?? [];
  if (!cluster.gateways || !cluster.routes || !gateway) throw new Error('the samples have no Gateway');
  const { namespace, name } = gateway;
  const of = { metadata: { namespace, name }, spec: { gatewayClassName: 'nginx', listeners } };
  const objects = routes.map(({ name: own, hosts = [], matches = [], filters = [], created = '', ...given }) => ({
    metadata: { namespace, name: own, creationTimestamp: created },
    spec: {
      parentRefs: given.parents ?? [{ name, sectionName: given.section }],
      hostnames: hosts,
      rules: [{ matches, filters, backendRefs: given.backends ?? BACKENDS }],
    },
    status: { parents: given.status ?? [] },
  }));
  const sourceOf = (object: object) => JSON.stringify(object);
  const text = [of, ...objects].map(sourceOf).join();
  const value = objects.map((object) => ({
    ...parseHttpRoute(object),
    source: sourceOf(object),
  }));
  const facts = {
    ...known.facts,
    cluster: {
      ...cluster,
      gateways: { ...cluster.gateways, text, value: [{ ...parseGateway(of), source: sourceOf(of) }] },
      routes: { ...cluster.routes, text, value },
    },
  };
  const request = { host: 'shop.k8s.local', path: '/', method: 'GET', headers: [], ...asked };
  return chooseBackend(facts, nginx, 80, request);
}

/** The route that NGINX takes, `302 PLACE` where it answers itself, why it refuses, or that it is not known. */
function chosen(...given: Parameters<typeof choiceOf>) {
  const choice = choiceOf(...given);
  if (choice.kind === 'refused') return choice.stop.because ?? choice.stop.cause;
  if (choice.kind === 'unknown') return choice.kind;
  const words = choice.sentence.en;
  return choice.kind === 'answered'
    ? /(\d+), redirect to ([^,]*?)(?:,.*)?\.$/.exec(words)?.slice(1).join(' ')
    : routeIn(words);
}

const routeIn = (words: string) => /HTTPRoute [^/]+\/([^, ]+)[, ]/.exec(words)?.[1];

const header = (value: string, type = 'Exact') => ({ headers: [{ name: 'X-Canary', value, type }] });
const query = (value: string) => ({ queryParams: [{ name: 'canary', value }] });
const path = (value: string, type = 'PathPrefix') => ({ path: { value, type } });
const sent = (value: string) => ({ headers: [{ name: 'x-canary', value }] });

describe('a listener that ends TLS', () => {
  const tls = { certificateRefs: [{ name: 'shop-tls' }, { name: 'other', namespace: 'certificates' }] };
  const listeners = [
    { name: 'http', protocol: 'HTTP', port: 80 },
    { name: 'shop', protocol: 'HTTPS', port: 443, hostname: 'shop.k8s.local', tls },
    { name: 'apps', protocol: 'HTTPS', port: 443, hostname: '*.apps.k8s.local', tls },
    { name: 'all', protocol: 'HTTPS', port: 8443, tls },
  ];
  const gateway = parseGateway({
    metadata: { namespace: 'staging', name: 'g' },
    spec: { gatewayClassName: 'nginx', listeners },
  });

  it('has certificates of its own namespace and of others', () => {
    expect(gateway.listeners[1]?.certificates).toEqual(['staging/shop-tls', 'certificates/other']);
    expect(gateway.listeners[0]?.certificates).toEqual([]);
  });

  it.each([
    ['shop.k8s.local', 443, 'shop'],
    ['one.apps.k8s.local', 443, 'apps'],
    ['other.k8s.local', 443, undefined],
    ['other.k8s.local', 8443, 'all'],
    [undefined, 8443, 'all'],
    [undefined, 443, undefined],
    ['shop.k8s.local', 80, undefined],
  ])('for %s at port %i is %s', (sni, port, name) => {
    expect(tlsListener(gateway, port, sni)?.name).toBe(name);
  });
});

describe('what decided', () => {
  const words = (...given: Parameters<typeof choiceOf>) => {
    const choice = choiceOf(...given);
    return choice.kind === 'backend' ? choice.sentence : { en: choice.kind, ja: choice.kind };
  };

  it.each<[string, object, Partial<HttpRequest>]>([
    ['PathPrefix / and header X-Canary=yes', header('yes'), sent('yes')],
    ['PathPrefix / and header X-Canary~^v[12]$', header('^v[12]$', 'RegularExpression'), sent('v2')],
    ['PathPrefix / and query canary=a', query('a'), { path: '/?canary=a' }],
    ['POST and PathPrefix /', { method: 'POST' }, { method: 'POST' }],
    ['Exact /a', path('/a', 'Exact'), { path: '/a' }],
  ])('is said: %s', (rule, match, request) => {
    const said = words([{ name: 'one', matches: [match] }], request);
    expect(said.en).toContain(`selects the HTTPRoute shortener/one by its rule for ${rule}, and connects`);
    expect(said.ja).toContain(`HTTPRoute shortener/one の ${rule} のルール を選び`);
  });

  it('is not said of a rule for every request', () => {
    expect(words([{ name: 'one' }]).en).toContain('selects the HTTPRoute shortener/one, and connects');
    expect(words([{ name: 'one' }]).en).not.toContain('weights');
  });

  it('are the weights, where there are several backends', () => {
    const backends = [
      { name: 'shortener-service', port: 80, weight: 3 },
      { name: 'gone', port: 80, weight: 1 },
    ];
    expect(words([{ name: 'one', backends }]).en).toContain(
      'for each request by chance: shortener/shortener-service 3/4, shortener/gone 1/4.',
    );
  });
});

describe('the route that NGINX takes', () => {
  it.each<[string, readonly Given[], Partial<HttpRequest>, string]>([
    ['a header', [{ name: 'all' }, { name: 'canary', matches: [header('yes')] }], sent('yes'), 'canary'],
    ['another value', [{ name: 'all' }, { name: 'canary', matches: [header('yes')] }], sent('no'), 'all'],
    ['no header', [{ name: 'canary', matches: [header('yes')] }], {}, 'no-match'],
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
    [
      'an expression before any prefix',
      [{ name: 'prefix' }, { name: 'user', matches: [path('/user/[0-9]+', 'RegularExpression')] }],
      { path: '/user/12' },
      'user',
    ],
    [
      'an expression that the path is not like',
      [{ name: 'prefix' }, { name: 'user', matches: [path('/user/[0-9]+', 'RegularExpression')] }],
      { path: '/user/me' },
      'prefix',
    ],
    [
      'the longer of two expressions',
      [
        { name: 'short', created: '1', matches: [path('/u.*', 'RegularExpression')] },
        { name: 'long', created: '2', matches: [path('/user/.*', 'RegularExpression')] },
      ],
      { path: '/user/me' },
      'long',
    ],
    [
      'an exact path before an expression',
      [
        { name: 'user', matches: [path('/u.*', 'RegularExpression')] },
        { name: 'exact', matches: [path('/user', 'Exact')] },
      ],
      { path: '/user' },
      'exact',
    ],
    [
      'a prefix itself is an exact location, what is behind it is none',
      [
        { name: 'user', matches: [path('/u.*', 'RegularExpression')] },
        { name: 'prefix', matches: [path('/user')] },
      ],
      { path: '/user' },
      'prefix',
    ],
    [
      'an expression before what is behind a prefix',
      [
        { name: 'user', matches: [path('/u.*', 'RegularExpression')] },
        { name: 'prefix', matches: [path('/user')] },
      ],
      { path: '/user/me' },
      'user',
    ],
    [
      'an expression that only NGINX can judge',
      [{ name: 'prefix' }, { name: 'any', matches: [path('/(?i)user', 'RegularExpression')] }],
      { path: '/USER' },
      'unknown',
    ],
    [
      'an expression that takes for ever',
      [{ name: 'prefix' }, { name: 'ever', matches: [path('/(a+)+$', 'RegularExpression')] }],
      { path: `/${'a'.repeat(60)}!` },
      'unknown',
    ],
    [
      'a location whose one match asks for a header: the shorter prefix is not asked',
      [{ name: 'all' }, { name: 'api', matches: [{ ...path('/api'), ...header('yes') }] }],
      { path: '/api/x' },
      'no-match',
    ],
    [
      'another rule for the very path of that location',
      [
        { name: 'all' },
        { name: 'api', matches: [{ ...path('/api'), ...header('yes') }] },
        { name: 'rest', matches: [path('/api')] },
      ],
      { path: '/api/x' },
      'rest',
    ],
    [
      'one of several values between commas',
      [{ name: 'all' }, { name: 'canary', matches: [header('yes')] }],
      sent('no,yes'),
      'canary',
    ],
    [
      'a path with its slashes and letters in another form',
      [{ name: 'a', matches: [path('/a/b', 'Exact')] }],
      { path: '//a/%62' },
      'a',
    ],
    ['a prefix with a slash, asked without it', [{ name: 'a', matches: [path('/a/')] }], { path: '/a' }, '301 /a/'],
    [
      'a header that the client writes itself, with a value that is not known',
      [{ name: 'all' }, { name: 'curl', matches: [{ headers: [{ name: 'User-Agent', value: 'curl/8.5.0' }] }] }],
      { unknown: new Map([['user-agent', { en: 'not known', ja: '不明' }]]) },
      'unknown',
    ],
    ['a filter that is not judged', [{ name: 'all', filters: [{ type: 'ExtensionRef' }] }], {}, 'unknown'],
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

  it('where the Gateway API would go on is said', () => {
    const choice = choiceOf([{ name: 'all' }, { name: 'api', matches: [{ ...path('/api'), ...header('yes') }] }], {
      path: '/api/x',
    });
    const words = choice.kind === 'refused' ? choice.stop.sentence.en : '';
    expect(words).toContain('HTTPRoute shortener/api for the prefix /api matched /api/x');
    expect(words).toContain('would continue with the rule for / of shortener/all');
  });

  it('a route that names its listener leaves the name of another listener to that', () => {
    const listeners = [
      { name: 'http', protocol: 'HTTP', port: 80 },
      { name: 'shop', protocol: 'HTTP', port: 80, hostname: 'shop.k8s.local' },
    ];
    const routes = [
      { name: 'one', section: 'http', hosts: ['shop.k8s.local'], created: '1' },
      { name: 'two', section: 'shop', created: '2' },
    ];
    expect(chosen(routes, {}, listeners)).toBe('two');
  });

  it('a route works through the parent that accepts it, and the other is told', () => {
    const parents = ['nobody', 'http'].map((sectionName) => ({ name: 'shortener-gateway', sectionName }));
    const said = (sectionName: string, status: string, reason: string) => ({
      parentRef: { name: 'shortener-gateway', sectionName },
      conditions: [{ type: 'Accepted', status, reason, message: '' }],
    });
    const status = [said('nobody', 'False', 'NoMatchingParent'), said('http', 'True', 'Accepted')];
    const route = { name: 'one', parents, status };
    expect(chosen([route])).toBe('one');
    expect(choiceOf([route]).notes.map(({ en }) => en)).toEqual([
      'The HTTPRoute shortener/one is not accepted by shortener/shortener-gateway nobody: NoMatchingParent.',
    ]);
    expect(chosen([{ ...route, status: [said('http', 'False', 'NotAllowedByListeners')] }])).toBe('no-http-route');
  });
});

describe('a rule without a backend that NGINX could ask', () => {
  const unresolved = (reason: string, message: string) => [
    {
      parentRef: { name: 'shortener-gateway' },
      conditions: [{ type: 'ResolvedRefs', status: 'False', reason, message }],
    },
  ];
  const foreign = [{ name: 'shortener-service', namespace: 'other', port: 80 }];

  /** What the remedy of each reason names. */
  const REMEDIES: Readonly<Record<string, string>> = {
    'ref-not-permitted': 'ReferenceGrant',
    'backend-not-found': 'name',
    'no-weight': 'weight',
    'ref-invalid': 'kubectl',
    'no-ready-endpoint': 'kubectl',
  };

  it.each<[string, Partial<Given>, string, string]>([
    [
      'no ReferenceGrant',
      {
        backends: foreign,
        status: unresolved('RefNotPermitted', 'Backend ref to Service other/shortener-service not permitted by any'),
      },
      '500 ref-not-permitted',
      'ResolvedRefs=False, RefNotPermitted',
    ],
    [
      'a Service that does not exist',
      { backends: [{ name: 'nobody', port: 80 }], status: unresolved('BackendNotFound', 'Not found: "nobody"') },
      '500 backend-not-found',
      'there is no Service shortener/nobody: ResolvedRefs=False, BackendNotFound',
    ],
    [
      'a port that its Service does not have',
      { backends: [{ name: 'shortener-service', port: 81 }] },
      '500 backend-not-found',
      'with port 81',
    ],
    ['weights of 0 alone', { backends: [{ ...BACKENDS[0], weight: 0 }] }, '500 no-weight', 'have weight 0'],
    ['no backendRefs', { backends: [] }, '500 no-weight', 'has no backendRefs'],
    [
      'another kind',
      { backends: [{ ...BACKENDS[0], group: 'example.org', kind: 'Store' }] },
      '500 ref-invalid',
      'Store.example.org',
    ],
    [
      'a Service without ready endpoints',
      { backends: [{ name: 'shortener-gateway-nginx', port: 80 }] },
      '503 no-ready-endpoint',
      'has no ready endpoint',
    ],
  ])('%s: NGINX answers itself, for this reason', (_, given, expected, words) => {
    const [status, because] = expected.split(' ');
    const { cluster } = known.facts;
    const slices = cluster.slices?.value.filter(({ service }) => service !== 'shortener-gateway-nginx') ?? [];
    known = {
      ...known,
      facts: {
        ...known.facts,
        cluster: { ...cluster, slices: cluster.slices && { ...cluster.slices, value: slices } },
      },
    };
    const choice = choiceOf([{ name: 'one', ...given }]);
    expect(choice).toMatchObject({ kind: 'refused', status: Number(status), stop: { cause: 'no-upstream', because } });
    expect(choice.kind === 'refused' && choice.stop.sentence.en).toContain(words);
    const remedy =
      choice.kind === 'refused'
        ? stopped(choice.stop, null, { basis: { kind: 'observed' }, evidence: [] }).remedy.en
        : '';
    expect(remedy).toContain(REMEDIES[because ?? '']);
    const [says] = given.status ?? [];
    if (says) expect(choice.evidence.flatMap(({ lines }) => lines).join('\n')).toContain('"ResolvedRefs"');
  });

  it('one that is not valid among others answers its share of the requests', () => {
    const choice = choiceOf([{ name: 'one', backends: [...BACKENDS, { name: 'nobody', port: 80, weight: 3 }] }]);
    expect(choice).toMatchObject({
      kind: 'backend',
      instead: [{ status: 500, stop: { because: 'backend-not-found' } }],
    });
    const branches = choice.kind === 'backend' ? choice.branches : [];
    expect(branches.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(0.25);
    expect(choice.kind === 'backend' && choice.sentence.en).toContain(
      'responds to 75 % of the requests with 500 itself',
    );
  });

  it('whether a reference to another namespace is permitted is not known where the status speaks of another one', () => {
    const status = unresolved('BackendNotFound', 'Not found: "nobody"');
    const route = { name: 'one', backends: [...foreign, { name: 'nobody', port: 80 }], status };
    const { services } = known.facts.cluster;
    const there =
      services?.value.flatMap((one) =>
        one.name === 'shortener-service' ? [one, { ...one, namespace: 'other' }] : [],
      ) ?? [];
    const cluster = { ...known.facts.cluster, services: services && { ...services, value: there } };
    known = { ...known, facts: { ...known.facts, cluster } };
    expect(chosen([route])).toBe('unknown');
  });
});

describe('a Service whose EndpointSlice somebody wrote by hand', () => {
  interface Slice {
    readonly endpoints?: readonly object[];
    readonly ports?: readonly object[];
  }
  const OUTSIDE = '192.168.2.50';
  const ready = (conditions: object | undefined) => [{ addresses: [OUTSIDE], ...(conditions && { conditions }) }];

  function choiceBy(
    { endpoints = ready({ ready: true }), ports = [{ name: '', port: 8123 }] }: Slice,
    spec = {},
  ): Choice {
    const metadata = { namespace: 'shortener', name: 'outside', labels: { 'kubernetes.io/service-name': 'outside' } };
    const service = { metadata, spec: { ports: [{ port: 80, targetPort: 8123 }], ...spec } };
    const slice = { metadata, endpoints, ports };
    const { cluster } = known.facts;
    const services = cluster.services && {
      ...cluster.services,
      value: [{ ...parseService(service), source: JSON.stringify(service) }],
    };
    const slices = cluster.slices && {
      ...cluster.slices,
      value: [{ ...parseEndpointSlice(slice), source: JSON.stringify(slice) }],
    };
    known = { ...known, facts: { ...known.facts, cluster: { ...cluster, services, slices } } };
    return choiceOf([{ name: 'one', backends: [{ name: 'outside', port: 80 }] }]);
  }

  it.each<[string, Slice, string]>([
    ['ready', {}, '192.168.2.50:8123'],
    ['at any port: that of the Service', { ports: [{ name: '' }] }, '192.168.2.50:8123'],
  ])('is asked: %s', (_, slice, endpoint) => {
    const choice = choiceBy(slice);
    expect(choice).toMatchObject({ kind: 'backend', branches: [{ endpoint, pod: null, node: null, probability: 1 }] });
    expect(choice.kind === 'backend' && choice.sentence.en).toContain('connects to one of 1 endpoints directly');
  });

  it.each<[string, Slice, string]>([
    ['no conditions', { endpoints: ready(undefined) }, 'has conditions.ready: true'],
    ['ready is not stated', { endpoints: ready({ serving: true }) }, 'has conditions.ready: true'],
    ['ready is false', { endpoints: ready({ ready: false }) }, 'has no ready endpoint'],
    ['a port of another name', { ports: [{ name: 'web', port: 8123 }] }, 'has no ready endpoint'],
    [
      'a name instead of an address',
      { endpoints: [{ addresses: ['other.example'], conditions: { ready: true } }] },
      'has no ready endpoint',
    ],
  ])('NGINX answers 503 itself: %s', (_, slice, words) => {
    const choice = choiceBy(slice);
    expect(choice).toMatchObject({ kind: 'refused', status: 503, stop: { because: 'no-ready-endpoint' } });
    expect(choice.kind === 'refused' && choice.stop.sentence.en).toContain(words);
  });

  it('what NGINX does with a Service that is another name is not known', () => {
    expect(choiceBy({ endpoints: [] }, { type: 'ExternalName', externalName: 'other.example' }).kind).toBe('unknown');
  });
});
