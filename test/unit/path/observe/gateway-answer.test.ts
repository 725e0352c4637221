import { describe, expect, it } from 'vitest';
import { agreementOf } from '../../../../src-main/contract/path-words.ts';
import type { Path } from '../../../../src-main/contract/path.ts';
import { buildPath } from '../../../../src-main/path/build-path.ts';
import { makeWitness } from '../../../../src-main/path/observe/make-witness.ts';
import { READY, UNMARKED } from '../../../../src-main/path/observe/trace-command.ts';
import type { Known } from '../../../../src-main/path/known.ts';
import { knownOf, sampledReplies } from '../sampled-path.ts';

const NGINX = '10.244.3.5';
const POD = '10.244.3.3';

/** `flow`: `SOURCE DESTINATION SPORT DPORT`. */
const packet = (id: string, flow: string, chain = 'raw PREROUTING') => {
  const [source, destination, from, to] = flow.split(' ');
  return `trace id ${id} ip ${chain} packet: iif "eth0" ip saddr ${source} ip daddr ${destination} tcp sport ${from} tcp dport ${to} tcp flags == syn tcp window 64240`;
};

/** The client's own packet, as it comes to NGINX. */
const ARRIVES = [
  packet('9', '192.168.2.50 192.168.2.201 41001 80'),
  packet('9', `192.168.2.50 ${NGINX} 41001 80`, 'filter FORWARD'),
];
/** NGINX's packet with the request in it. */
const PASSED = [
  packet('3', `${NGINX} ${POD} 5003 8080`).replace('== syn', '== 0x18'),
  `trace id 3 ip raw PREROUTING rule ip protocol tcp xt match "string" counter packets 1 bytes 200 meta nftrace set 1 (verdict continue)`,
];
const tuple = `src=${NGINX} dst=${POD} sport=5003 dport=8080`;
const back = `src=${POD} dst=${NGINX} sport=8080 dport=5003`;
const BEGUN = `[1795404992.358798]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT ${tuple} [UNREPLIED] ${back}`;
const is = (state: string) => `ipv4     2 tcp      6 100 ${state} ${tuple} ${back} [ASSURED] mark=0 use=1`;

interface Asking {
  readonly status: number;
  readonly traced?: readonly string[];
  readonly tracked?: readonly string[];
  /** Default: the one route that there is, for every host. */
  readonly hosts?: readonly string[];
  /** The ports that the mark was looked for at. */
  readonly marked?: readonly number[];
  readonly exitCode?: number;
}

/** The path of a request through the sampled Gateway. */
async function pathOf({ status, traced = [], tracked = [], hosts = [], marked, exitCode = 0 }: Asking) {
  const read = await knownOf('http://192.168.2.201/', sampledReplies('iptables'));
  const { cluster } = read.facts;
  const value = cluster.routes?.value.map((route) => ({ ...route, hostnames: hosts })) ?? [];
  const routes = cluster.routes && { ...cluster.routes, value };
  const known: Known = { ...read, facts: { ...read.facts, cluster: { ...cluster, routes } } };
  const watched = [...known.facts.nodes.values()].map((node) => {
    const isIt = node.name === 'k8s-worker1';
    return {
      node,
      command: 'trace',
      traced: [READY, ...(isIt ? [...ARRIVES, ...traced] : [])].join('\n'),
      tracked: isIt ? tracked.join('\n') : '',
      blind: undefined,
      marked,
    };
  });
  const reply = {
    command: 'curl http://192.168.2.201/',
    text: `HTTP/1.1 ${status} X`,
    telling: [`HTTP/1.1 ${status} X`],
    addresses: ['192.168.2.201'],
    exitCode,
    status,
    connected: true,
    duration: 3,
    source: '192.168.2.50',
    sourcePort: 41001,
    handshake: [],
    complaint: exitCode === 0 ? '' : 'curl: (52) Empty reply from server',
  };
  const predicted = buildPath(known).end;
  return buildPath(known, { reply, witness: makeWitness(watched), predicted });
}

const lastOf = ({ legs }: Pick<Path, 'legs'>) => legs.find(({ kind }) => kind === 'request')?.hops.at(-1);
const whatOf = ({ differences }: Pick<Path, 'differences'>) => differences?.map(({ what }) => what.en);
const AGREED = 'The observation matches the prediction.';

describe('who gave the answer that a client got through NGINX', () => {
  it.each([500, 503, 404, 200])(
    'a pod that got the request answered %i, and the path is an answered one',
    async (status) => {
      const path = await pathOf({ status, traced: PASSED, tracked: [BEGUN, is('TIME_WAIT')] });
      expect(path.end).toMatchObject({ status: 'answered', basis: { kind: 'observed' } });
      expect(path.end.sentence.en).toMatch(
        new RegExp(`^Answered: HTTP ${status}, 3 ms, by shortener/shortener-service-`),
      );
      expect(path.differences).toEqual([]);
      expect(agreementOf(path)?.en).toBe(AGREED);
    },
  );

  it.each([502, 504])(
    '%i is the pod’s where NGINX kept their connection, else it is not known whose',
    async (status) => {
      const kept = await pathOf({ status, traced: PASSED, tracked: [BEGUN, is('ESTABLISHED')] });
      expect(kept.end.sentence.en).toContain(', by shortener/shortener-service-');
      for (const tracked of [[BEGUN, is('CLOSE')], []]) {
        const { end, ...path } = await pathOf({ status, traced: PASSED, tracked });
        expect(end.status).toBe('unknown');
        expect(end.sentence.en).toContain('whether that pod or NGINX sent this response is unknown');
        expect(path.differences).toEqual([]);
        expect(agreementOf({ end, ...path })?.en).toContain('the result is unknown');
      }
    },
  );

  it('NGINX itself, where no pod got the request: the path ends there, and is not what the routes predict', async () => {
    for (const [status, cause] of [
      [404, 'no-http-route'],
      [500, 'no-upstream'],
    ] as const) {
      const path = await pathOf({ status });
      expect(path.end).toMatchObject({ status: 'stopped', cause, basis: { kind: 'observed' } });
      expect(path.end.sentence.en).toContain(`NGINX returned ${status} itself: it forwarded the request to no pod`);
      expect(lastOf(path)).toMatchObject({ layer: 'gateway', basis: { kind: 'observed' } });
      expect(lastOf(path)?.evidence[0]?.lines).toEqual([`HTTP/1.1 ${status} X`]);
      expect(whatOf(path)).toEqual(['Pod that NGINX connected to', 'Result']);
      expect(agreementOf(path)).toBeUndefined();
    }
    const refused = await pathOf({ status: 413 });
    expect(refused.end.sentence.en).toBe(
      'Answered: HTTP 413, 3 ms, by NGINX itself: it forwarded the request to no pod.',
    );
    expect(whatOf(refused)).toEqual(['Pod that NGINX connected to']);
  });

  it('a success that no kernel saw a pod asked for is nobody’s', async () => {
    const { end } = await pathOf({ status: 200 });
    expect(end.status).toBe('unknown');
  });

  it('NGINX itself, after it began a connection to a pod that did not take it', async () => {
    const { end } = await pathOf({ status: 502, tracked: [BEGUN, is('CLOSE')] });
    expect(end).toMatchObject({ status: 'stopped', cause: 'no-upstream' });
    expect(end.sentence.en).toContain('it opened a connection to 10.244.3.3:8080');
  });

  it('is not known where nobody could look', async () => {
    for (const [blind, why] of [
      [{ traced: [UNMARKED] }, 'its iptables did not accept the rule'],
      [{ marked: [80] }, 'it was not expected there'],
    ] as const) {
      const path = await pathOf({ status: 503, ...blind });
      expect(JSON.stringify(path.legs)).toContain(why);
      expect(path.end).toMatchObject({ status: 'answered', basis: { kind: 'predicted' } });
      expect(path.end.sentence.en).toContain('Whether a pod or NGINX sent this response is unknown');
      expect(agreementOf(path)?.en).toContain('Not observed: k8s-worker1 shortener/shortener-gateway-nginx');
    }
  });
});

describe('a request that NGINX has no route for', () => {
  const hosts = ['other.k8s.local'];

  it('agrees with the facts where NGINX was seen to ask nobody', async () => {
    const path = await pathOf({ status: 404, hosts });
    expect(path.end).toMatchObject({ status: 'stopped', cause: 'no-http-route', basis: { kind: 'observed' } });
    expect(agreementOf(path)?.en).toBe(AGREED);
  });

  it('is predicted only, where nobody could look', async () => {
    const path = await pathOf({ status: 404, hosts, traced: [UNMARKED] });
    expect(path.end).toMatchObject({ status: 'stopped', cause: 'no-http-route', basis: { kind: 'predicted' } });
    expect(agreementOf(path)?.en).toContain('Not observed');
  });

  it('differs where a pod got it all the same', async () => {
    const path = await pathOf({ status: 404, hosts, traced: PASSED, tracked: [is('ESTABLISHED')] });
    expect(path.end).toMatchObject({ status: 'answered' });
    expect(whatOf(path)).toEqual(['Pod that NGINX connected to', 'Result']);
  });
});

it('a connection that is closed without an answer is told as that, not as lateness', async () => {
  const { end } = await pathOf({ status: 0, exitCode: 52 });
  expect(end).toMatchObject({ status: 'stopped', cause: 'closed' });
});
