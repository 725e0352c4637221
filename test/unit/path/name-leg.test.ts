import { describe, expect, it } from 'vitest';
import type { Path } from '../../../src-main/contract/path.ts';
import { neighbours } from '../../../src-main/facts/neighbours.ts';
import { buildPath } from '../../../src-main/path/build-path.ts';
import type { Known } from '../../../src-main/path/known.ts';
import { nameAnswer } from '../../../src-main/path/name-answer.ts';
import { makeWitness } from '../../../src-main/path/observe/make-witness.ts';
import { readReply } from '../../../src-main/path/observe/request-command.ts';
import type { Replies } from '../table-machine.ts';
import { readingOf } from './reading-of.ts';
import { knownOf, sampledReplies } from './sampled-path.ts';

const HOST = 'url-shortener.staging.k8s.local';

/** What is known of a target, with the client's resolver set or not. */
async function known(target: string, resolver: boolean): Promise<Known> {
  const found = await knownOf(target, sampledReplies('iptables'));
  const client = {
    ...found.facts.client,
    resolver: readingOf('client', 'cat', 'DNS', resolver),
  };
  return { ...found, facts: { ...found.facts, client } };
}

const causeOf = ({ end }: Pick<Path, 'end'>) => (end.status === 'stopped' ? end.cause : end.status);

/** A Corefile as kubectl prints it. */
function corefileOf(value: string) {
  const text = JSON.stringify({ items: [{ data: { Corefile: value } }] });
  return readingOf('k8s-master', 'kubectl', text, value);
}

describe('a name', () => {
  it('of the zone is asked at the node that the resolver names', async () => {
    const path = buildPath(await known(`http://${HOST}/`, true));
    expect(path.legs.map(({ kind }) => kind)).toEqual(['name']);
    const [resolver, arp] = path.legs[0]?.hops ?? [];
    expect(resolver?.sentence.en).toContain('192.168.2.10:30053');
    expect(arp?.before).toMatchObject({ protocol: 'udp', destinationPort: 30053, name: HOST });
    expect(path.end.status).toBe('unknown'); // the control plane's own tables were not sampled
  });

  it('that CoreDNS knows and the client does not ask for: resolver-not-asked', async () => {
    expect(causeOf(buildPath(await known(`http://${HOST}/`, false)))).toBe('resolver-not-asked');
    expect(causeOf(buildPath(await known('http://nobody.k8s.local/', false)))).toBe('name-unknown');
  });

  describe('that a line of the client’s /etc/hosts has', () => {
    const hosts = (stated: string, resolved: string, way = stated): Replies =>
      sampledReplies('iptables', (command, machine) => {
        if (machine !== 'client') return undefined;
        if (command.includes('/etc/hosts')) {
          return { stdout: `7:# 10.0.0.1 ${HOST}\n12:${stated}\tother.k8s.local ${HOST} # old\n` };
        }
        if (command.includes('getent')) return { stdout: `${resolved}\n` };
        if (!command.includes('ip -j route get')) return undefined;
        return { stdout: `[{"dst":"${way}","dev":"eth0","prefsrc":"192.168.2.50"}]` };
      });

    it('goes there, and where nobody has the address, the line is the reason', async () => {
      const path = buildPath(await knownOf(`http://${HOST}/`, hosts('192.168.2.240', '192.168.2.240')));
      const [name, route] = path.legs.flatMap(({ hops }) => hops);
      expect(name?.sentence.en).toContain('/etc/hosts line 12 resolves');
      expect(name?.sentence.en).toContain('no name server is queried. CoreDNS has 192.168.2.201.');
      expect(name?.evidence.flatMap(({ lines }) => lines).join()).toContain(`192.168.2.201 ${HOST}`);
      expect(name?.evidence[0]?.lines).toEqual([`12:192.168.2.240\tother.k8s.local ${HOST} # old`]);
      expect(name?.basis.kind).toBe('read');
      expect(route?.before.destination).toBe('192.168.2.240');
      expect(path.end).toMatchObject({ status: 'stopped', cause: 'no-arp-answer', because: 'stale-hosts-line' });
      expect(path.end).toMatchObject({ basis: { kind: 'predicted' } });
      expect(path.end.sentence.en).toContain('CoreDNS has 192.168.2.201');
    });

    describe('and a request was made', () => {
      const ADDRESS = '192.168.2.240';
      type Near = Readonly<Record<string, unknown>>;
      const failed: Near = { dst: ADDRESS, dev: 'eth0', state: ['FAILED'] };
      const other: Near = { dst: ADDRESS, dev: 'eth0', lladdr: '02:00:00:00:00:99', state: ['REACHABLE'] };
      const refused = 'curl: (7) Failed to connect to 192.168.2.240 port 80 after 1 ms: Connection refused\n';
      const unreachable = 'curl: (7) Failed to connect to 192.168.2.240 port 80 after 3061 ms: No route to host\n';
      const late = 'curl: (28) Connection timed out after 4001 milliseconds\n';

      /** What is known after the request: `near` of the client's neighbour table, `macs` that answered arping. */
      async function requested({
        near,
        stderr,
        macs,
      }: {
        near: readonly Near[];
        stderr: string;
        macs?: readonly string[];
      }) {
        const found = await knownOf(`http://${HOST}/`, hosts(ADDRESS, ADDRESS));
        const text = JSON.stringify(near);
        const value = neighbours.parse({ stdout: text, stderr: '', exitCode: 0 });
        const client = {
          ...found.facts.client,
          neighbours: readingOf('client', 'ip -j neigh', text, value),
        };
        const known = { ...found, facts: { ...found.facts, client } };
        const exitCode = stderr.includes('(7)') ? 7 : stderr === '' ? 0 : 28;
        const stdout =
          exitCode === 0
            ? `HTTP/1.1 200 OK\n\nhoplab 200 192.168.2.50 42000 ${ADDRESS} 80 0.001 0.004\n`
            : '\nhoplab 000  0  0 0.0 3.1\n';
        const reply = readReply(found.target, 'curl', { stdout, stderr, exitCode, duration: 9 });
        const nodes = [...found.facts.nodes.values()];
        const witness = makeWitness(
          nodes.map((node) => ({ node, command: '', traced: '', tracked: '', blind: undefined })),
        );
        const sent = `Sent 3 probe(s) (3 broadcast(s))`;
        const answer = macs && readingOf('client', 'arping', sent, { address: ADDRESS, macs, asked: true });
        const { legs, end } = buildPath(known, { reply, witness, answer });
        return { end, arp: legs.find(({ kind }) => kind === 'request')?.hops.at(-1) };
      }

      it.each([
        ['the neighbour table', { near: [failed], stderr: unreachable }, JSON.stringify(failed)],
        ['arping', { near: [], stderr: late, macs: [] }, 'Sent 3 probe(s) (3 broadcast(s))'],
      ])('nobody answers ARP where %s says so', async (_, after, line) => {
        const { end, arp } = await requested(after);
        expect(end).toMatchObject({ cause: 'no-arp-answer', because: 'stale-hosts-line', basis: { kind: 'observed' } });
        expect(end.sentence.en).toMatch(/^No machine answers ARP for 192\.168\.2\.240\. Line 12 /);
        expect(arp).toMatchObject({
          basis: { kind: 'observed' },
          sentence: { en: 'No machine answers ARP for 192.168.2.240.' },
        });
        expect(arp?.evidence.flatMap(({ lines }) => lines)).toContain(line);
      });

      it('where nobody was asked it is no more than predicted', async () => {
        const { end, arp } = await requested({ near: [], stderr: late });
        expect(end).toMatchObject({ because: 'stale-hosts-line', basis: { kind: 'predicted' } });
        expect(end.sentence.en).toMatch(/^No Service in the cluster has 192\.168\.2\.240\./);
        expect(arp?.basis.kind).toBe('predicted');
      });

      it.each([
        ['refuses', { near: [other], stderr: refused }, { status: 'stopped', cause: 'not-listening', because: null }],
        ['answers', { near: [other], stderr: '' }, { status: 'answered' }],
        [
          'is silent',
          { near: [], stderr: late, macs: ['02:00:00:00:00:99'] },
          { status: 'stopped', cause: 'timeout', because: null },
        ],
      ])('another machine that %s has the address', async (_, after, expected) => {
        const { end, arp } = await requested(after);
        expect(end).toMatchObject(expected);
        expect(JSON.stringify([end, arp])).not.toMatch(/[Nn]obody answers/);
        expect(arp?.sentence.en).toBe('192.168.2.240 is at 02:00:00:00:00:99, which is not a node of this lab.');
      });
    });

    it('another machine that the client knows has the address: what it answers is not predicted', async () => {
      const near = [{ dst: '192.168.2.240', dev: 'eth0', lladdr: '02:00:00:00:00:99', state: ['STALE'] }];
      const base = hosts('192.168.2.240', '192.168.2.240');
      const path = buildPath(
        await knownOf(`http://${HOST}/`, (command, machine) =>
          machine === 'client' && command.includes('ip -j neigh')
            ? { stdout: JSON.stringify(near) }
            : base(command, machine),
        ),
      );
      expect(path.end.status).toBe('unknown');
      expect(path.legs.at(-1)?.hops.at(-1)?.sentence.en).toContain('192.168.2.240 is at 02:00:00:00:00:99');
    });

    it('an address that is not of MetalLB’s pool may be any machine’s: that nobody has it is not predicted', async () => {
      const { end } = buildPath(await knownOf(`http://${HOST}/`, hosts('192.168.2.77', '192.168.2.77')));
      expect(end).toMatchObject({
        status: 'unknown',
        sentence: { en: expect.stringContaining("is not in MetalLB's pool") as string },
      });
    });

    it('is not believed where the resolver says otherwise, and is no reason where it says what CoreDNS says', async () => {
      const other = buildPath(await knownOf(`http://${HOST}/`, hosts('192.168.2.240', '192.168.2.201')));
      expect(JSON.stringify(other)).not.toContain('/etc/hosts');
      const same = await knownOf(`http://${HOST}/`, hosts('192.168.2.201', '192.168.2.201'));
      const path = buildPath({
        ...same,
        facts: { ...same.facts, cluster: { ...same.facts.cluster, services: undefined } },
      });
      expect(path.legs[0]?.hops[0]?.sentence.en).toMatch(/\/etc\/hosts line 12 .* no name server is queried\.$/);
      expect(JSON.stringify(path.end)).not.toContain('stale-hosts-line');
    });
  });

  it('outside the zone is the client’s own affair', async () => {
    const own = sampledReplies('iptables', (command) =>
      command.includes('getent') ? { stdout: '192.168.2.200\n' } : undefined,
    );
    const path = buildPath(await knownOf('http://shop.example/', own));
    expect(path.legs.map(({ kind }) => kind)).toEqual(['name', 'request', 'back']);
    const nobody = sampledReplies('iptables', (command) => (command.includes('getent') ? { exitCode: 2 } : undefined));
    expect(causeOf(buildPath(await knownOf('http://shop.example/', nobody)))).toBe('name-unknown');
  });

  it.each([
    ['kubernetes.default.svc.cluster.local', 'address', '10.96.0.1'],
    ['nobody.default.svc.cluster.local', 'nothing', undefined],
    ['nobody.k8s.local', 'nothing', undefined],
    ['shop.example', 'elsewhere', undefined],
  ])('CoreDNS on %s: %s', async (name, kind, address) => {
    const { facts } = await known(`http://${HOST}/`, true);
    const answer = nameAnswer(facts, name);
    expect(answer).toMatchObject({ kind, ...(address !== undefined && { address }) });
    if (kind !== 'nothing') expect(answer.evidence.flatMap(({ lines }) => lines).join('')).toMatch(/10.96.0.1|forward/);
  });

  it('the lines of the Corefile are those of the answer, be they written with tabs, comments and quotes', async () => {
    const { facts } = await known(`http://${HOST}/`, true);
    const text = `k8s.local:53,\n\tother.local { # "ours"\n\thosts { \n\t\t192.168.2.201\t${HOST}   # as it is\n\t}\n}\n`;
    const corefile = corefileOf(text);
    const [evidence] = nameAnswer({ ...facts, cluster: { ...facts.cluster, corefile } }, HOST).evidence;
    expect(evidence?.lines).toEqual([
      'k8s.local:53,',
      String.raw`\tother.local { # \"ours\"`,
      String.raw`\t\t192.168.2.201\t${HOST}   # as it is`,
    ]);
    for (const line of evidence?.lines ?? []) expect(corefile.text).toContain(line);
  });

  describe('of a block of its own in the Corefile', () => {
    const block = (body: string) =>
      `k8s.local:53 {\n hosts {\n 192.168.2.201 ${HOST}\n }\n}\nstaging.k8s.local {\n${body}\n}\n`;
    const withCorefile = async (body: string, lookedUp?: string): Promise<Known> => {
      const found = await known(`http://${HOST}/`, true);
      const text = block(body);
      const corefile = corefileOf(text);
      const answer = lookedUp === undefined ? undefined : readingOf('client', 'getent', lookedUp, [lookedUp]);
      return { ...found, lookedUp: answer, facts: { ...found.facts, cluster: { ...found.facts.cluster, corefile } } };
    };

    it.each([
      ['template IN A {\n answer "{{ .Name }} 60 IN A 192.168.2.200"\n }', 'plugin'],
      [
        'template IN AAAA {\n rcode NOERROR\n }\n hosts {\n 192.168.2.202 url-shortener.staging.k8s.local\n }',
        'address',
      ],
      ['forward . 10.0.0.1', 'plugin'],
      ['file /etc/coredns/staging.db', 'plugin'],
      ['hosts {\n 192.168.2.202 other.staging.k8s.local\n fallthrough\n }\n file db', 'plugin'],
      ['hosts {\n 192.168.2.202 other.staging.k8s.local\n }\n file db', 'nothing'],
      ['rewrite name exact shop.example a.example\n errors', 'nothing'],
    ])('%j is a %s', async (body, kind) => {
      const { facts } = await withCorefile(body);
      const answer = nameAnswer(facts, HOST);
      expect(answer.kind).toBe(kind);
      if (answer.kind === 'plugin') expect(answer.zone).toBe('staging.k8s.local');
      if (answer.kind === 'address') expect(answer.address).toBe('192.168.2.202');
      expect(nameAnswer(facts, 'url-shortener.prod.k8s.local').kind).toBe('nothing');
    });

    it('the block at another port answers nobody who asks at 53', async () => {
      const { facts } = await withCorefile('forward . 10.0.0.1');
      const text = block('forward . 10.0.0.1').replace('staging.k8s.local {', 'staging.k8s.local:5353 {');
      const corefile = corefileOf(text);
      expect(nameAnswer({ ...facts, cluster: { ...facts.cluster, corefile } }, HOST)).toMatchObject({
        address: '192.168.2.201',
      });
      expect(nameAnswer({ ...facts, cluster: { ...facts.cluster, corefile: undefined } }, HOST).kind).toBe('unread');
    });
  });

  it('that the resolver remembers is not asked for again: the request goes on', async () => {
    const found = await known(`http://${HOST}/`, true);
    const command = 'curl';
    const stdout = 'HTTP/1.1 200 OK\n\nhoplab 200 192.168.2.50 42000 192.168.2.201 80 0.001 0.004\n';
    const reply = readReply(found.target, command, { stdout, stderr: '', exitCode: 0, duration: 9 });
    const blind = { en: 'no nft', ja: 'nft がない' };
    const witness = makeWitness(
      [...found.facts.nodes.values()].map((node) => ({ node, command, traced: '', tracked: '', blind })),
    );
    const path = buildPath(found, { reply, witness });
    expect(path.legs.map(({ kind }) => kind)).toEqual(['name', 'request', 'back']);
    expect(path.legs[0]?.hops.at(-1)?.sentence.en).toContain("still in the resolver's cache");
    expect(path.end).toMatchObject({ status: 'answered', sentence: { en: 'Answered: HTTP 200, 4 ms.' } });
  });
});

describe('what the client got', () => {
  const read = async (target: string, stdout: string, exitCode: number, stderr = '') =>
    readReply((await known(target, true)).target, 'x', { stdout, stderr, exitCode, duration: 20 });

  it('curl: source port, status, times', async () => {
    const stdout = 'HTTP/1.1 200 OK\r\n\nhoplab 200 192.168.2.50 42003 192.168.2.200 80 0.000812 0.003411\n';
    expect(await read('http://192.168.2.200/', stdout, 0)).toMatchObject({
      status: 200,
      connected: true,
      source: '192.168.2.50',
      sourcePort: 42003,
    });
  });

  it('curl: no connection', async () => {
    const stdout = '\nhoplab 000  0  0 0.000000 4.000812\n';
    const reply = await read('http://192.168.2.200/', stdout, 28, 'curl: (28) Connection timed out\n');
    expect(reply).toMatchObject({
      status: 0,
      connected: false,
      source: undefined,
      complaint: 'curl: (28) Connection timed out',
    });
  });

  it('dig: an address, an unknown name, nobody there', async () => {
    const target = `dns ${HOST} @k8s-master`;
    const answer = `1\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n${HOST}. 30 IN A 192.168.2.201\n`;
    expect(await read(target, answer, 0)).toMatchObject({ exitCode: 0, connected: true });
    const unknown = '1\n;; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 1\n';
    expect(await read(target, unknown, 0)).toMatchObject({ exitCode: 6, complaint: 'dig: SERVFAIL' });
    expect(await read(target, '1\n;; no servers could be reached\n', 9)).toMatchObject({ exitCode: 28 });
  });
});
