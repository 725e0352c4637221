import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { causeTitles } from '../../src-main/contract/path-words.ts';
import type { Path, Stopped } from '../../src-main/contract/path.ts';
import { versionCases } from '../../src-main/lab/version-cases.ts';
import { PlayedLab, results } from '../recording/play.ts';
import { asRecorded } from './as-recorded.ts';
import { Capture, wayTold } from './capture.ts';
import { tracedAnew, Tracer } from './evidence.ts';
import { finishedLab } from './finished-lab.ts';
import { hasGateway } from './gateway-images.ts';
import { block, client, exec, hoplab, link, unblock, writeLabFile } from './lab.ts';
import { failures, rollOut } from './roll-out.ts';
import { ALL, onlyWithAll } from './with-all.ts';

const KUBECTL = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl';
onlyWithAll('situations that take long to make, and a busy Gateway');
const NODES = ['cp', 'w1', 'w2'];
const CLIENT = '192.168.2.50';
const VIP = 'http://192.168.2.200/hostname';
const STAGING = 'http://url-shortener.staging.k8s.local/hostname';

/** A path, where tcpdump saw the packet, and where the path says that it was. */
interface Seen {
  readonly path: Path;
  readonly captured: readonly string[];
  readonly told: readonly string[];
  /** Whether tcpdump saw the very request, by the header by which it is known among others. */
  readonly isKnown: boolean;
}

interface Situation {
  readonly what: string;
  /** Made, and taken back. */
  readonly make?: string;
  readonly mend?: string;
  /** Where; default: on the control plane. */
  readonly on?: 'client';
  readonly target: string;
  /** The client asks for MAC addresses anew. */
  readonly forgets?: boolean;
  /** Default: it is answered. */
  readonly cause?: Stopped['cause'];
  readonly because?: Stopped['because'];
  /** What the end says. */
  readonly says?: string;
  /** What one of its hops says. */
  readonly hop?: string;
  /** What else is to be known of the path. */
  readonly note?: string;
  /** It does not show in the facts: only a request finds it. */
  readonly unforeseen?: boolean;
  /** With `--all` alone: it takes long to make. */
  readonly slow?: boolean;
}

const NFTABLES_NAMES: readonly Situation[] = [
  { what: 'a host behind the Gateway, nftables', target: STAGING },
  { what: 'a query, nftables', target: 'dns url-shortener.staging.k8s.local @k8s-worker2:30053' },
];

/** Takes the packet filter's default chain on a node, ahead of all others. */
const drop = (rule: string) => `iptables -I FORWARD ${rule} -j DROP`;
const allow = (rule: string) => `iptables -D FORWARD ${rule} -j DROP`;

const kubectl = (...words: string[]) => `${KUBECTL} ${words.join(' ')}`;
/** kube-proxy writes its rules a second later. */
const service = (patch: object) =>
  `${kubectl('-n staging patch service shortener-service --type=merge -p', `'${JSON.stringify({ spec: patch })}'`)}; sleep 2`;
const scale = (replicas: number) =>
  `${kubectl(`-n staging scale deployment shortener-service --replicas=${String(replicas)}`)}; ${kubectl('-n staging rollout status deployment shortener-service --timeout=60s')}; for try in $(seq 40); do [ "$(${kubectl("-n staging get endpointslices -l kubernetes.io/service-name=shortener-service -o jsonpath='{.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}'")} | wc -w)" = ${String(replicas)} ] && break; sleep 0.25; done; sleep 1`;

/** What is there while the LoadBalancer Service waits for an address. */
const PENDING: readonly Situation[] = [
  { what: 'a NodePort of the control plane', target: 'k8s-master:30080' },
  { what: 'a NodePort of a worker', target: 'k8s-worker1:30080' },
  { what: 'a NodePort of the other worker', target: 'k8s-worker2:30080' },
  { what: 'a VIP that nobody has', target: VIP, cause: 'nobody-announces', forgets: true },
  { what: 'a port at which nobody listens', target: 'k8s-worker1:30999', cause: 'not-listening' },
];

const METALLB: readonly Situation[] = [
  { what: 'the VIP', target: VIP },
  {
    what: 'externalTrafficPolicy Local at a node with pods',
    make: service({ externalTrafficPolicy: 'Local' }),
    target: 'k8s-worker1:30080',
  },
  {
    what: 'externalTrafficPolicy Local at a node without pods',
    mend: service({ externalTrafficPolicy: 'Cluster' }),
    target: 'k8s-master:30080',
    cause: 'dropped-by-rule',
  },
  { what: 'session affinity', slow: true, make: service({ sessionAffinity: 'ClientIP' }), target: 'k8s-worker1:30080' },
  {
    what: 'session affinity, the second request',
    slow: true,
    mend: service({ sessionAffinity: 'None' }),
    target: 'k8s-worker1:30080',
  },
  { what: 'a Service without endpoints', make: scale(0), target: 'k8s-worker1:30080', cause: 'dropped-by-rule' },
  {
    what: 'a VIP without endpoints, whose MAC address the client remembers',
    target: VIP,
    cause: 'dropped-by-rule',
  },
  {
    what: 'a VIP without endpoints',
    mend: scale(3),
    target: VIP,
    cause: 'nobody-announces',
    forgets: true,
  },
  {
    what: 'a pod that does not listen',
    make: service({ ports: [{ name: 'http', port: 80, targetPort: 8081, nodePort: 30080 }] }),
    mend: service({ ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }] }),
    target: 'k8s-worker1:30080',
    cause: 'not-listening',
    unforeseen: true,
  },
];

/** Beside the route of staging: what has a header or a query goes where no pod is, and what is no GET is answered by NGINX. */
const ROUTES = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'nobody', namespace: 'staging' },
      spec: { ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'by-request', namespace: 'staging' },
      spec: {
        parentRefs: [{ name: 'shortener-gateway', namespace: 'staging', sectionName: 'http' }],
        hostnames: ['url-shortener.staging.k8s.local'],
        rules: [
          {
            matches: [
              { headers: [{ name: 'X-Canary', value: 'yes' }] },
              { queryParams: [{ name: 'canary', value: 'yes' }] },
            ],
            backendRefs: [{ name: 'nobody', port: 80 }],
          },
          {
            matches: [{ method: 'DELETE' }],
            filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'other.k8s.local', statusCode: 302 } }],
          },
        ],
      },
    },
  ],
};

const applyRoutes = `echo '${JSON.stringify(ROUTES)}' | ${kubectl('apply -f -')}; ${kubectl('-n staging wait httproute by-request --timeout=60s --for=jsonpath={.status.parents[0].conditions[0].status}=True')}; sleep 3`;
const deleteRoutes = `echo '${JSON.stringify(ROUTES)}' | ${kubectl('delete -f -')}; sleep 2`;

/** Each as its user would type it. */
const REQUESTS: readonly Situation[] = [
  { what: 'a route by header', make: applyRoutes, target: `curl -H 'X-Canary: yes' ${STAGING}`, cause: 'no-upstream' },
  { what: 'a header that no route asks for', target: `curl -H 'X-Canary: no' ${STAGING}` },
  { what: 'a route by query', target: `${STAGING}?canary=yes`, cause: 'no-upstream' },
  { what: 'a redirect of NGINX for one method', target: `curl -X DELETE ${STAGING}` },
  { what: 'a HEAD request', mend: deleteRoutes, target: `curl -I ${STAGING}` },
  { what: 'a Host header at the VIP', target: `curl -H 'Host: url-shortener.prod.k8s.local' ${VIP}` },
  {
    what: 'an address that the user gives a name',
    target: `curl --resolve url-shortener.staging.k8s.local:80:192.168.2.200 ${STAGING}`,
  },
];

/** A route for a host of its own. */
const own = (rules: readonly object[], ...sections: readonly string[]) => {
  const parentRefs = (sections.length > 0 ? sections : ['http']).map((sectionName) => ({
    name: 'shortener-gateway',
    sectionName,
  }));
  const metadata = { name: 'own', namespace: 'staging' };
  const spec = { parentRefs, hostnames: ['own.k8s.local'], rules };
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec };
  return `echo '${JSON.stringify(route)}' | ${kubectl('apply -f -')}; sleep 3`;
};
const deleteOwn = kubectl('-n staging delete httproute own');
const asked = (path: string) => `curl -H 'Host: own.k8s.local' 'http://192.168.2.200${path}'`;
const toApp = (parts: object = {}) => ({ backendRefs: [{ name: 'shortener-service', port: 80 }], ...parts });
/** No Service has this name: which rule was taken shows in who answers. */
const toNobody = (parts: object = {}) => ({ backendRefs: [{ name: 'nobody-there', port: 80 }], ...parts });
const onPath = (value: string, type = 'PathPrefix', parts: object = {}) => ({
  matches: [{ path: { type, value }, ...parts }],
});
const header = (name: string, value: string, type = 'Exact') => ({ headers: [{ name, value, type }] });

/** What NGINX answers itself, and what a pod does. */
const ANSWERS: readonly Situation[] = [
  ...[500, 502, 503, 504].map((status, index) => ({
    what: `a pod that answers ${status}`,
    ...(index === 0 && { make: own([toApp()]) }),
    target: asked(`/redirect?location=/&code=${status}`),
    says: `HTTP ${status}`,
  })),
  {
    what: 'an expression before a prefix',
    make: own([toNobody(onPath('/user/[0-9]+', 'RegularExpression')), toApp(onPath('/'))]),
    target: asked('/user/12'),
    cause: 'no-upstream',
    because: 'backend-not-found',
  },
  { what: 'a path that is not like the expression', target: asked('/user/me') },
  {
    what: 'a location none of whose matches fits',
    make: own([toApp(onPath('/api', 'PathPrefix', header('X-Env', 'x'))), toApp(onPath('/'))]),
    target: asked('/api/x'),
    cause: 'no-http-route',
    because: 'no-match',
    says: 'The Gateway API would continue with the rule for /',
  },
  { what: 'the shorter prefix beside it', target: asked('/other') },
  {
    what: 'a Service of another namespace without a ReferenceGrant',
    make: own([{ backendRefs: [{ name: 'shortener-service', namespace: 'prod', port: 80 }] }]),
    target: asked('/'),
    cause: 'no-upstream',
    because: 'ref-not-permitted',
    says: 'ResolvedRefs=False, RefNotPermitted',
  },
  {
    what: 'a Service that does not exist',
    make: own([toNobody()]),
    target: asked('/'),
    cause: 'no-upstream',
    because: 'backend-not-found',
    says: 'ResolvedRefs=False, BackendNotFound',
    mend: deleteOwn,
  },
  {
    what: 'weights of 0 alone',
    slow: true,
    make: own([{ backendRefs: [{ name: 'shortener-service', port: 80, weight: 0 }] }]),
    target: asked('/'),
    cause: 'no-upstream',
    because: 'no-weight',
  },
  {
    what: 'two parents, the first of them a listener that is not there',
    slow: true,
    make: own([toApp()], 'nobody', 'http'),
    target: asked('/hostname'),
    note: 'NoMatchingParent',
  },
  {
    what: 'a route by what curl calls itself',
    slow: true,
    make: own([toNobody({ matches: [header('User-Agent', '^curl/', 'RegularExpression')] }), toApp(onPath('/'))]),
    target: asked('/'),
    cause: 'no-upstream',
    because: 'backend-not-found',
  },
  {
    what: 'a client that calls itself otherwise',
    slow: true,
    target: asked('/hostname').replace('curl', 'curl -A other'),
    mend: deleteOwn,
  },
];

const apply = (...items: readonly object[]) =>
  `echo '${JSON.stringify({ apiVersion: 'v1', kind: 'List', items })}' | ${kubectl('apply -f -')}`;

/** A Service without a selector, for a program that is not in the cluster but on the client. */
const OUTSIDE = { name: 'outside', namespace: 'staging' };
const outsideService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: OUTSIDE,
  spec: { type: 'NodePort', ports: [{ port: 80, targetPort: 8123, nodePort: 30088 }] },
};
const outsideSlice = (conditions: object = {}) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { ...OUTSIDE, labels: { 'kubernetes.io/service-name': 'outside' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [CLIENT], ...conditions }],
  ports: [{ port: 8123 }],
});
const toOutside = { backendRefs: [{ name: 'outside', port: 80 }] };

/** It answers every request on port 8123 of the client. */
const OUTSIDE_PROGRAM = `use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 8123, Listen => 5, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
  while (<$client>) { last if /^\\r?$/ }
  print $client "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n";
  close $client;
}`;

const OUTSIDE_AT_NODE_PORT: Situation = {
  what: 'an endpoint outside the cluster, by a NodePort',
  make: `${apply(outsideService, outsideSlice())}; sleep 3`,
  target: 'k8s-worker1:30088',
  hop: 'k8s-worker1 sends the packet out of eth0 to 192.168.2.50:8123, the client itself',
};

/** What picks the second version, and a request that does not. */
const VERSIONS: readonly Situation[] = [
  {
    what: 'a request that weights decide about',
    target: STAGING,
    hop: 'for each request by chance: staging/shortener-service 50/100, staging/shortener-v2 50/100',
  },
  ...versionCases.map(({ id, curl, prefix = '', query = '' }) => ({
    what: `a request that picks the second version by its ${id}`,
    target: `curl ${curl.map((word) => `'${word}'`).join(' ')} http://url-shortener.staging.k8s.local${prefix}/hostname${query}`,
    hop: 'selects the HTTPRoute staging/shortener-by-request by its rule for ',
    says: ', by staging/shortener-v2-',
  })),
];

const SECURE = STAGING.replace('http:', 'https:');
/** What the stage tls brings. */
const BY_TLS: readonly Situation[] = [
  {
    what: 'a host by HTTPS',
    target: `curl --cacert /etc/hoplab/shortener-ca.crt ${SECURE}`,
    hop: 'the certificate O=Hoplab; CN=Gateway shortener, issued by O=Hoplab; CN=Hoplab: shortener',
    says: ', by staging/shortener-service-',
  },
  { what: 'a host by HTTP, which is redirected', target: STAGING, says: 'HTTP 301' },
  {
    what: 'a host by HTTPS with its address given',
    target: `curl -k --resolve url-shortener.staging.k8s.local:443:192.168.2.200 ${SECURE}`,
    hop: 'NGINX ends TLS for url-shortener.staging.k8s.local: TLSv1.3 / ',
  },
  {
    what: 'a certificate that the client does not trust',
    target: SECURE,
    cause: 'closed',
    because: 'certificate-refused',
    unforeseen: true,
  },
  {
    what: 'a name without a route by HTTPS',
    target: 'curl -k --resolve nobody.k8s.local:443:192.168.2.200 https://nobody.k8s.local/',
    cause: 'no-http-route',
    hop: 'NGINX ends TLS for nobody.k8s.local: TLSv1.3 / ',
  },
  {
    what: 'an address by HTTPS',
    target: 'curl -k https://192.168.2.200/',
    cause: 'no-http-route',
    hop: 'NGINX ends TLS for a client that names no host (SNI): TLSv1.3 / ',
  },
];

const OUTSIDE_AT_GATEWAY: readonly Situation[] = [
  {
    what: 'an endpoint outside the cluster that is not stated to be ready, through the Gateway',
    make: own([toOutside]),
    target: asked('/'),
    cause: 'no-upstream',
    because: 'no-ready-endpoint',
    says: 'no endpoint of the Service staging/outside has conditions.ready: true',
  },
  {
    what: 'an endpoint outside the cluster that is ready, through the Gateway',
    make: `${apply(outsideSlice({ conditions: { ready: true } }))}; sleep 3`,
    mend: `${kubectl('-n staging delete service,endpointslice,httproute outside own --ignore-not-found')}; sleep 2`,
    target: asked('/'),
    says: ', by 192.168.2.50:8123',
  },
];

const APPS = `apps.k8s.local:53 {
    template IN A {
        answer "{{ .Name }} 60 IN A 192.168.2.200"
    }
}`;
const corefile = (text: string) =>
  `${kubectl('-n kube-system create configmap coredns --dry-run=client -o yaml --from-file=Corefile=' + text)} | ${kubectl('apply --server-side --force-conflicts -f -')}; ${kubectl('-n kube-system rollout restart deployment coredns')}; ${kubectl('-n kube-system rollout status deployment coredns --timeout=90s')}; sleep 2`;
const wildcard = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'apps', namespace: 'staging' },
  spec: {
    parentRefs: [{ name: 'shortener-gateway', sectionName: 'http' }],
    hostnames: ['*.apps.k8s.local'],
    rules: [toApp()],
  },
};

/** What users have beside Hoplab's own: on the client, and in the Corefile. */
const BESIDE: readonly Situation[] = [
  {
    what: 'a line of /etc/hosts with an address that nobody has',
    on: 'client',
    make: "echo '192.168.2.240 url-shortener.staging.k8s.local' >> /etc/hosts",
    mend: "sed -i '/^192.168.2.240 /d' /etc/hosts",
    target: STAGING,
    cause: 'no-arp-answer',
    because: 'stale-hosts-line',
    says: 'No machine answers ARP for 192.168.2.240. Line ',
    hop: 'resolves url-shortener.staging.k8s.local to 192.168.2.240: no name server is queried',
  },
  {
    what: "a proxy in the client's .curlrc",
    on: 'client',
    make: "printf '# out\\nproxy = http://192.168.2.1:3128\\n' > /root/.curlrc",
    mend: 'rm /root/.curlrc',
    target: VIP.replace('/hostname', ''),
    cause: 'no-http-route',
    note: 'curl on the client would use the proxy http://192.168.2.1:3128 for 192.168.2.200 (~/.curlrc line 2)',
  },
  {
    what: 'a block of its own in the Corefile, by template, and a route for all its names',
    slow: true,
    make: `${apply(wildcard)}; ${kubectl("-n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'")} > /tmp/Corefile.before; (cat /tmp/Corefile.before; echo; echo '${APPS}') > /tmp/Corefile.apps; ${corefile('/tmp/Corefile.apps')}`,
    mend: `${kubectl('-n staging delete httproute apps')}; ${corefile('/tmp/Corefile.before')}`,
    target: 'http://shop.apps.k8s.local/hostname',
    hop: 'CoreDNS answers shop.apps.k8s.local from its server block apps.k8s.local by the plugin template',
  },
];

const kubeProxyWith = (key: string, value: string) =>
  `${kubectl('-n kube-system get configmap kube-proxy -o yaml')} | sed 's|${key}: .*|${key}: ${value}|' | ${kubectl('apply --server-side --force-conflicts -f -')}; ${kubectl('-n kube-system rollout restart daemonset kube-proxy')}; ${kubectl('-n kube-system rollout status daemonset kube-proxy --timeout=120s')}; sleep 3`;
const closedNodePorts = (mode: string): Situation => ({
  what: `kube-proxy opens NodePorts at 127.0.0.0/8 alone, ${mode}`,
  slow: true,
  make: kubeProxyWith('nodePortAddresses', '["127.0.0.0/8"]'),
  mend: kubeProxyWith('nodePortAddresses', 'null'),
  target: 'k8s-worker1:30080',
  cause: 'not-listening',
  because: 'node-port-addresses',
  says: '127.0.0.0/8 (ConfigMap kube-proxy, nodePortAddresses)',
});

const flannel = (more: string) =>
  `${kubectl('-n kube-flannel get configmap kube-flannel-cfg -o yaml')} | sed 's|"Type": "vxlan".*|"Type": "vxlan"${more}|' | ${kubectl('apply --server-side --force-conflicts -f -')}; ${kubectl('-n kube-flannel rollout restart daemonset kube-flannel-ds')}; ${kubectl('-n kube-flannel rollout status daemonset kube-flannel-ds --timeout=120s')}; sleep 3`;

const DIRECT_ROUTING: Situation = {
  what: 'Flannel with DirectRouting: nodes send packets to each other without encapsulation',
  slow: true,
  make: flannel(', "DirectRouting": true'),
  mend: flannel(''),
  target: 'k8s-master:30080',
  hop: 'without encapsulation',
};

const NAMES: readonly Situation[] = [
  { what: 'a host behind the Gateway', target: STAGING },
  { what: 'another host', target: 'http://url-shortener.prod.k8s.local/hostname' },
  { what: 'a host without a route', target: VIP, cause: 'no-http-route' },
  { what: 'a query to the control plane', target: 'dns url-shortener.staging.k8s.local @k8s-master:30053' },
  { what: 'a query to a worker', target: 'dns url-shortener.prod.k8s.local @k8s-worker1:30053' },
  { what: 'a query to the other worker', target: 'dns kubernetes.default.svc.cluster.local @k8s-worker2:30053' },
  { what: 'a name that is not known', target: 'dns nobody.k8s.local @k8s-worker1:30053', cause: 'name-unknown' },
  { what: 'a host that no zone has', target: 'http://nobody.k8s.local/', cause: 'name-unknown' },
  { what: 'a route whose pods are gone', make: scale(0), mend: scale(3), target: STAGING, cause: 'no-upstream' },
  { what: 'a NodePort beside the Gateway', target: 'k8s-master:30080' },
];

const NFTABLES: readonly Situation[] = [
  { what: 'a NodePort of the control plane, nftables', target: 'k8s-master:30080' },
  { what: 'a NodePort of a worker, nftables', target: 'k8s-worker1:30080' },
  {
    what: 'externalTrafficPolicy Local at a node without pods, nftables',
    slow: true,
    make: service({ externalTrafficPolicy: 'Local' }),
    mend: service({ externalTrafficPolicy: 'Cluster' }),
    target: 'k8s-master:30080',
    cause: 'dropped-by-rule',
  },
  {
    what: 'a Service without endpoints, nftables',
    make: scale(0),
    mend: scale(3),
    target: 'k8s-worker1:30080',
    cause: 'dropped-by-rule',
  },
];

describe('the observed path is what tcpdump saw', () => {
  let capture: Capture;
  let tracer: Tracer;
  let recorded: PlayedLab;

  beforeAll(async () => {
    await finishedLab();
    // a node may have come back since its pods were made
    await exec('cp', `${kubectl('-n staging rollout restart deployment shortener-service')}; ${scale(3)}`);
    capture = await Capture.start();
    tracer = await Tracer.start();
    recorded = await PlayedLab.open();
    await recorded.up(hasGateway ? 'client-resolver' : 'metallb');
  });
  afterAll(() => Promise.all([capture.stop(), tracer.stop()]));

  const situations = (all: readonly Situation[], { needGateway = false } = {}) => {
    for (const { what, make, mend, on = 'cp', target, cause, forgets, unforeseen, slow, ...more } of all) {
      test.skipIf((needGateway && !hasGateway) || (slow && !ALL))(what, async () => {
        if (make) await exec(on, make);
        if (forgets) await forget();
        const { path, captured, told } = await observeSteady(target).finally(() => (mend ? exec(on, mend) : undefined));
        expect(path.end).toMatchObject(cause ? { status: 'stopped', cause } : { status: 'answered' });
        if (more.because) expect(path.end).toMatchObject({ because: more.because });
        expect(path.end.sentence.en).toContain(more.says ?? '');
        expect(path.notes.map(({ en }) => en).join('\n')).toContain(more.note ?? '');
        const hops = path.legs.flatMap((leg) => leg.hops);
        expect(hops.map(({ sentence }) => sentence.en).join('\n')).toContain(more.hop ?? '');
        expect(told, blindSpots(path).join('\n')).toEqual(captured);
        if (unforeseen) expect(path.differences).toEqual([unforeseenEnd(path)]);
        else expect(path.differences).toEqual([]);
      });
    }
  };

  situations(NAMES, { needGateway: true });
  situations(REQUESTS, { needGateway: true });

  test.skipIf(!hasGateway || !ALL)('a Gateway that others ask as well: the request is known among theirs', async () => {
    const busy = new AbortController();
    const load = Promise.all(
      [1, 2, 3].map(() =>
        client(`for try in $(seq 2000); do curl -s -o /dev/null -m 2 ${STAGING}; done`, { signal: busy.signal }),
      ),
    );
    let compared = 0;
    try {
      for (let tries = 0; tries < 10 && compared < 3; tries += 1) {
        const { path, captured, told, isKnown } = await observe(STAGING, { patience: 60 });
        if (!isKnown) continue; // tcpdump lost it
        compared += 1;
        expect(path.end).toMatchObject({ status: 'answered' });
        expect(told).toEqual(captured);
        expect(path.differences).toEqual([]);
      }
    } finally {
      busy.abort();
      await load;
    }
    expect(compared).toBe(3);
  });

  test.skipIf(!hasGateway)('rolls out a second version', async () => {
    await writeLabFile({ user: 'lab', set: { optional: { trafficSplit: { weight: 50 }, headerRouting: true } } });
    await up('traffic-split');
    await up('header-routing');
  });
  situations(VERSIONS, { needGateway: true });
  test.skipIf(!hasGateway)('rolls out TLS', async () => {
    await writeLabFile({ user: 'lab', set: { optional: { tls: {} } } });
    await up('tls');
  });
  situations(BY_TLS, { needGateway: true });
  test.skipIf(!hasGateway)('TLS is undone', async () => {
    await undo('tls');
    await writeLabFile({ user: 'lab' });
  });
  situations(ANSWERS, { needGateway: true });
  test('a program on the client that the cluster knows as a Service', () =>
    exec(
      'client',
      `printf %s '${OUTSIDE_PROGRAM}' > /run/outside; systemd-run --quiet --unit=outside perl /run/outside; sleep 1`,
    ));
  situations([OUTSIDE_AT_NODE_PORT]);
  situations(OUTSIDE_AT_GATEWAY, { needGateway: true });
  test('that program is ended', () => exec('client', 'systemctl stop outside'));
  situations(BESIDE, { needGateway: true });

  test.skipIf(!hasGateway || !ALL)('NGINX that expects the PROXY protocol', async () => {
    const rewriting = (rewriteClientIP: object | null) =>
      `${kubectl(`-n nginx-gateway patch nginxproxy nginx-gateway-proxy-config --type=merge -p '${JSON.stringify({ spec: { rewriteClientIP } })}'`)}; sleep 4`;
    const trustedAddresses = [{ type: 'CIDR', value: '192.168.2.0/24' }];
    await exec('cp', rewriting({ mode: 'ProxyProtocol', trustedAddresses }));
    const seen = await observe(STAGING).finally(() => exec('cp', rewriting(null)));
    expectStopped(seen, { cause: 'closed', because: 'proxy-protocol' });
    expect(seen.path.end.sentence.en).toContain(`while reading PROXY protocol, client: ${CLIENT}, server: 0.0.0.0:80`);
    expect(seen.path.differences).toContainEqual(unforeseenEnd(seen.path));
  });

  test('kube-proxy works with nftables from now on, and its rules of iptables are gone', async () => {
    await writeLabFile({ user: 'lab', set: { optional: { kubeProxyMode: 'nftables' } } });
    await up('kube-proxy-mode');
    for (const node of NODES) expect(await rulesOfServices(node)).toEqual({ iptables: false, nftables: true });
    const { stdout } = await hoplab(['plan', '--to', 'kube-proxy-mode']);
    expect(stdout).toContain('0 changes');
  });
  situations([...NFTABLES, closedNodePorts('nftables')]);
  situations(NFTABLES_NAMES, { needGateway: true });

  test('nothing of it is left on the nodes', async () => {
    for (const node of NODES) {
      const { stdout } = await exec(node, 'nsenter -t $(pidof kube-proxy | cut -d" " -f1) -m nft list tables');
      expect(stdout).not.toContain('hoplab');
    }
  });

  test('kube-proxy works with iptables again, and its rules of nftables are gone', async () => {
    if (!hasGateway) await undo('kube-proxy-mode');
    await writeLabFile({ user: 'lab' });
    if (hasGateway) await up('gateway'); // undoes what the lab file asks for no more
    await expect
      .poll(() => Promise.all(NODES.map(rulesOfServices)), { timeout: 30_000 })
      .toEqual(NODES.map(() => ({ iptables: true, nftables: false })));
  });

  test.skipIf(!hasGateway)('the resolver is undone, as in the recording', () => undoAsRecorded('client-resolver'));
  test.skipIf(!hasGateway)('the resolver of the client is not asked', async () => {
    const { path } = await observe(STAGING);
    expect(path.end).toMatchObject({ status: 'stopped', cause: 'resolver-not-asked' });
  });
  test.skipIf(!hasGateway)('the names and the Gateway are undone, as in the recording', async () => {
    await undoAsRecorded('gateway');
    await up('metallb'); // the app's own Service has the VIP again
    await recorded.up('metallb');
  });
  situations(METALLB);
  situations([closedNodePorts('iptables'), DIRECT_ROUTING]);

  for (const [where, taken] of [
    ['on the node that was asked', (path: Path) => !crossesTunnel(path)],
    ['on another node', crossesTunnel],
  ] as const) {
    test(`an endpoint ${where}`, async () => {
      for (let tries = 0; tries < 20; tries += 1) {
        const { path, captured, told } = await observe('k8s-worker1:30080');
        expect(told).toEqual(captured);
        if (taken(path)) return;
      }
      throw new Error('chance never chose it in twenty requests');
    });
  }

  test('a lab where others ask as well', async () => {
    const busy = new AbortController();
    const load = Promise.all(
      ['192.168.2.11:30080', '192.168.2.200'].map((address) =>
        client(`for try in $(seq 400); do curl -s -o /dev/null -m 2 http://${address}/hostname; done`, {
          signal: busy.signal,
        }),
      ),
    );
    const seen = await observe('k8s-worker1:30080').finally(() => busy.abort());
    await load;
    expect(seen.path.end).toMatchObject({ status: 'answered' });
    expect(seen.told).toEqual(seen.captured);
  });

  test('Hoplab is killed while it traces: the nodes take the rules away', async () => {
    const tables = async () =>
      (await Promise.all(NODES.map(async (node) => (await exec(node, 'nft list tables')).stdout))).join('');
    const kill = new AbortController();
    await block('cp', 'udp/8472'); // so that there is time
    const killed = hoplab(['trace', 'k8s-master:30080', '--count', '20'], { signal: kill.signal });
    await expect.poll(tables, { timeout: 20_000 }).toContain('hoplab_trace');
    kill.abort();
    await killed;
    await unblock();
    await expect.poll(tables, { timeout: 40_000, interval: 1000 }).not.toContain('hoplab_trace');
  });

  test('a packet filter drops what goes to the pods of another node', async () => {
    const rule = '-o flannel.1 -p tcp --dport 8080';
    await exec('cp', drop(rule));
    const seen = await observe('k8s-master:30080').finally(() => exec('cp', allow(rule)));
    expectStopped(seen, { cause: 'dropped-by-rule' });
  });

  test('UDP 8472 is blocked between the nodes', async () => {
    await block('cp', 'udp/8472');
    const seen = await observe('k8s-master:30080').finally(() => unblock());
    expectStopped(seen, { cause: 'overlay-blocked' });
    expect(seen.path.differences).toEqual([unforeseenEnd(seen.path)]);
  });

  test('the network between the nodes carries less than they think', async () => {
    for (const node of ['w1', 'w2'] as const) await block(node, 'udp/8472/1200');
    const large = 'http://k8s-master:30080/echo?msg=' + 'x'.repeat(1500);
    const seen = await observe(large).finally(() => unblock());
    expectStopped(seen, { cause: 'mtu-too-small' });
    expect(seen.path.end.sentence.en).toContain(
      'through flannel.1, a ping of 56 bytes is answered, one of 1422 bytes is not',
    );
    const small = await observe('k8s-master:30080');
    expect(small.path.end).toMatchObject({ status: 'answered' });
  });

  test('a node that is unplugged', async () => {
    await link('w2', 'down');
    await forget();
    const seen = await observe('k8s-worker2:30080', { trace: tracedAnew }).finally(() => link('w2', 'up'));
    expectStopped(seen, { cause: 'no-arp-answer' });
  });

  test('the route to the pods of another node is gone', async () => {
    const { stdout } = await exec('cp', "ip route | grep 'flannel.1'");
    const routes = stdout.trim().split('\n');
    const gone = routes.map((route) => `ip route del ${route.replace(' onlink', '')}`);
    const back = routes.map((route) => `ip route add ${route}`);
    await exec('cp', `${gone.join('; ')}; ip route add unreachable 10.244.0.0/16`);
    const seen = await observe('k8s-master:30080').finally(() =>
      exec('cp', `ip route del unreachable 10.244.0.0/16; ${back.join('; ')}`),
    );
    expectStopped(seen, { cause: 'no-route' });
  });

  test.skipIf(!ALL)('every node is labelled to be left out by load balancers', async () => {
    const label = 'node.kubernetes.io/exclude-from-external-load-balancers';
    const announced = kubectl('get servicel2statuses -A -o name');
    await exec(
      'cp',
      // of a leader that was away there may be no word for a moment
      `${kubectl(`label node --all --overwrite ${label}=`)}; gone=0; for try in $(seq 60); do if [ -z "$(${announced})" ]; then gone=$((gone + 1)); else gone=0; fi; [ $gone -ge 5 ] && break; sleep 0.5; done`,
    );
    await forget();
    const seen = await observe(VIP).finally(() =>
      exec('cp', `${kubectl(`label node --all ${label}-`)}; ${kubectl(`label node k8s-master ${label}=`)}`),
    );
    expectStopped(seen, { cause: 'nobody-announces', because: 'control-plane-label' });
  });

  test.skipIf(!ALL)('externalTrafficPolicy Local, while the one node with its pods may not announce', async () => {
    const label = 'label node k8s-worker1 --overwrite node.kubernetes.io/exclude-from-external-load-balancers';
    const pods = (nodeSelector: object | null) =>
      kubectl(
        `-n staging patch deployment shortener-service -p '${JSON.stringify({ spec: { template: { spec: { nodeSelector } } } })}'`,
      );
    const policy = (externalTrafficPolicy: string) =>
      kubectl(`-n staging patch service shortener-lb -p '${JSON.stringify({ spec: { externalTrafficPolicy } })}'`);
    await exec(
      'cp',
      [pods({ 'kubernetes.io/hostname': 'k8s-worker1' }), kubectl(`${label}=`), policy('Local'), scale(3)].join('; '),
    );
    await forget();
    const seen = await observe(VIP).finally(() =>
      exec(
        'cp',
        [policy('Cluster'), kubectl(`${label}-`), pods({ 'kubernetes.io/hostname': null }), scale(3)].join('; '),
      ),
    );
    expectStopped(seen, { cause: 'nobody-announces', because: 'local-without-pod' });
  });

  test.skipIf(!ALL)('an L2Advertisement for an interface that no node has', async () => {
    const interfaces = (names: readonly string[] | null) =>
      kubectl(
        `-n metallb-system patch l2advertisement lab --type=merge -p '${JSON.stringify({ spec: { interfaces: names } })}'`,
      );
    const restart = `${kubectl('-n metallb-system rollout restart daemonset speaker')}; ${kubectl('-n metallb-system rollout status daemonset speaker --timeout=90s')}; sleep 8`;
    await exec('cp', `${interfaces(['eth9'])}; ${restart}`); // a speaker that announces already goes on
    await forget();
    const seen = await observe(VIP).finally(() => exec('cp', `${interfaces(null)}; sleep 5`));
    expectStopped(seen, { cause: 'nobody-announces', because: 'wrong-interface' });
    expect(seen.path.end.sentence.en).toContain('L2Advertisement metallb-system/lab announces it only on eth9');
    expect(seen.path.differences).toEqual([]);
  });

  test('MetalLB is undone, as in the recording', () => undoAsRecorded('metallb'));
  situations(PENDING);

  async function undoAsRecorded(stage: string): Promise<void> {
    const undone = await rollOut(['undo', stage]);
    expect(failures(undone)).toBe('');
    expect(results(undone.events)).toEqual(asRecorded(recorded, await recorded.undo(stage)));
  }

  /**
   * Once more where kube-proxy wrote its rules anew between the reading of the facts and the request, and where the path itself
   * says what it could not see: on a busy machine a program may not answer in its time.
   */
  async function observeSteady(target: string): Promise<Seen> {
    const seen = await observe(target);
    const unseen = blindSpots(seen.path);
    const changed = seen.path.differences?.some(({ explanation }) =>
      /changed between|changed since/.test(explanation.en),
    );
    if (!changed && unseen.length === 0) return seen;
    const { end, differences } = seen.path;
    if (unseen.length > 0) console.log(`${target}: followed once more.`, unseen, end, differences);
    return observe(target);
  }

  async function observe(
    target: string,
    { trace = (own: string) => tracer.trace(own), patience = 10 } = {},
  ): Promise<Seen> {
    const from = capture.position;
    const path = await trace(target);
    const [header] = /hoplab-[0-9a-f]{8}/.exec(JSON.stringify(path)) ?? [];
    const kind = path.legs.some((leg) => leg.kind === 'request') ? 'request' : 'name';
    const hops = path.legs.filter((leg) => leg.kind === kind).flatMap((leg) => leg.hops);
    const own = hops.find(({ before }) => before.source === CLIENT && before.sourcePort !== null)?.before;
    const nginx = hops.find(({ layer, place }) => layer === 'gateway' && place.kind === 'pod')?.before.destination;
    const byNginx = (source: string) => source === nginx;
    const told = [...wayTold(path, kind, (source) => !byNginx(source)), ...wayTold(path, kind, byNginx)];
    let captured: readonly string[] = [];
    let isKnown = false;
    for (let tries = 0; tries < patience && (tries === 0 || !isDeepStrictEqual(captured, told)); tries += 1) {
      await sleep(300); // tcpdump tells a little later
      captured = [
        ...capture.wayOf(
          `${CLIENT}.${String(own?.sourcePort)}`,
          `${own?.destination}.${String(own?.destinationPort)}`,
          from,
        ),
        ...(nginx === undefined ? [] : capture.wayFrom(nginx, from, header)),
      ];
      isKnown = capture.saw(header, from);
    }
    return { path, captured, told, isKnown };
  }
});

function expectStopped({ path, captured, told }: Seen, end: Partial<Stopped>): void {
  expect(path.end).toMatchObject({ status: 'stopped', ...end });
  expect(told).toEqual(captured);
}

/** What the path itself says that it does not know, or that a node could not see. */
function blindSpots({ unknown, legs }: Path): readonly string[] {
  const reasons = legs.flatMap(({ hops }) => hops).flatMap(({ basis }) => ('reason' in basis ? [basis.reason.en] : []));
  const blind = reasons.filter((reason) => /did not (?:re|search)|could not|is unknown/.test(reason));
  return [...new Set([...unknown.map(({ en }) => en), ...blind])];
}

/** What a request found, and the facts did not predict. */
function unforeseenEnd({ end }: Path): unknown {
  const observed = end.status === 'stopped' ? causeTitles[end.cause] : undefined;
  return expect.objectContaining({ predicted: { en: 'Answered', ja: '応答あり' }, observed });
}

async function forget(): Promise<void> {
  await exec('client', 'ip neigh flush dev eth0');
}

/** Whose rules of Services a node has. */
async function rulesOfServices(node: string): Promise<Readonly<Record<'iptables' | 'nftables', boolean>>> {
  const inProxy = 'nsenter -t $(pidof kube-proxy | cut -d" " -f1) -m';
  const [iptables, nftables] = await Promise.all([
    exec(node, 'iptables-save -t nat | grep -c KUBE-SVC-'),
    exec(node, `${inProxy} nft list table ip kube-proxy 2> /dev/null | grep -c service-`),
  ]);
  return { iptables: Number(iptables.stdout) > 0, nftables: Number(nftables.stdout) > 0 };
}

async function up(to: string): Promise<void> {
  expect(failures(await rollOut(['up', '--to', to]))).toBe('');
}

async function undo(from: string): Promise<void> {
  expect(failures(await rollOut(['undo', from]))).toBe('');
}

function crossesTunnel({ legs }: Path): boolean {
  return legs.some(({ hops }) => hops.some(({ place }) => place.name === 'flannel.1'));
}
