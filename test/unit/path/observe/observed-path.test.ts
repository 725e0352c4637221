import { describe, expect, it } from 'vitest';
import type { Hop, Path } from '../../../../src-main/contract/path.ts';
import { verbatim } from '../../../../src-main/contract/text.ts';
import { buildPath } from '../../../../src-main/path/build-path.ts';
import { makeWitness } from '../../../../src-main/path/observe/make-witness.ts';
import { findNarrowTunnel } from '../../../../src-main/path/observe/narrow-tunnel.ts';
import { parseConntrack } from '../../../../src-main/path/observe/parse-conntrack.ts';
import { parseTraces } from '../../../../src-main/path/observe/parse-trace.ts';
import { READY, UNMARKED } from '../../../../src-main/path/observe/trace-command.ts';
import type { NarrowTunnel } from '../../../../src-main/path/path-end.ts';
import type { Reply } from '../../../../src-main/path/reply.ts';
import type { Known } from '../../../../src-main/path/known.ts';
import { exampleBundle } from '../../example-bundle.ts';
import { contextOf, type Replies } from '../../table-machine.ts';
import { sampledLab } from '../../topology/sampled-lab.ts';
import { readingOf } from '../reading-of.ts';
import { pathSample, type Mode } from '../sample.ts';
import { knownOf, sampledReplies } from '../sampled-path.ts';

const reply: Reply = {
  command: 'curl http://192.168.2.200/',
  text: 'HTTP/1.1 200 OK',
  telling: ['HTTP/1.1 200 OK'],
  addresses: ['192.168.2.200'],
  exitCode: 0,
  status: 200,
  connected: true,
  duration: 3,
  source: '192.168.2.50',
  sourcePort: 41001,
  handshake: [],
  complaint: '',
};

interface Observing {
  /** A node that saw nothing. */
  readonly hide?: string;
  readonly lost?: boolean;
  /** The client was connected and got no answer. */
  readonly hangs?: boolean;
  readonly narrow?: NarrowTunnel | undefined;
}

/** What the sampled nodes saw. */
function observed(
  known: Known,
  mode: Mode,
  { hide = '', lost = false, hangs = false, narrow }: Observing = {},
): Omit<Path, 'time'> {
  const watched = [...known.facts.nodes.values()].map((node) => {
    const who = { 'k8s-worker2': 'leader', 'k8s-worker1': 'second' }[node.name];
    const seen = (...names: readonly string[]) =>
      who === undefined || node.name === hide
        ? ''
        : names.map((name) => pathSample(mode, `${who}-${name}.txt`)).join('\n');
    const tracked = seen('conntrack-E', 'conntrack-L');
    return {
      node,
      command: 'trace',
      traced: `${READY}\n${seen('nft-monitor-trace')}`,
      tracked: lost ? tracked.replaceAll(/^.*(?:SYN_RECV|ESTABLISHED|WAIT|LAST_ACK).*$/gm, '') : tracked,
      blind: undefined,
    };
  });
  const late = { exitCode: 28, status: 0, connected: hangs, complaint: 'timed out' };
  const answer = { ...reply, ...((lost || hangs) && late) };
  return buildPath(known, { reply: answer, witness: makeWitness(watched), narrow });
}

const requestOf = ({ legs }: Pick<Path, 'legs'>): readonly Hop[] =>
  legs.find(({ kind }) => kind === 'request')?.hops ?? [];
const basisOf = (hops: readonly Hop[], layer: Hop['layer']) =>
  new Set(hops.filter((hop) => hop.layer === layer).map(({ basis }) => basis.kind));

const plain = (line: string) => line.replaceAll(/\s+/g, ' ').trim();

describe('what two kernels said of one packet', () => {
  it.each<Mode>(['iptables', 'nftables'])(
    '%s: each observed hop has lines that a kernel or the client printed, and no others',
    async (mode) => {
      const known = await knownOf('http://192.168.2.200/', sampledReplies(mode));
      const printed = ['leader', 'second'].flatMap((who) =>
        ['nft-monitor-trace', 'conntrack-E', 'conntrack-L'].flatMap((name) =>
          pathSample(mode, `${who}-${name}.txt`).split('\n').map(plain),
        ),
      );
      const hops = observed(known, mode).legs.flatMap((leg) => leg.hops);
      const seen = hops.filter(({ basis }) => basis.kind === 'observed');
      expect(seen.length).toBeGreaterThan(5);
      for (const { sentence, evidence } of seen) {
        const lines = evidence.flatMap((piece) => piece.lines);
        expect(lines.length, sentence.en).toBeGreaterThan(0);
        expect(
          lines.filter((line) => ![...printed, reply.text].includes(plain(line))),
          sentence.en,
        ).toEqual([]);
      }
    },
  );

  it('goes where the kernel sent it, where the rules that were read lead elsewhere', async () => {
    const now = sampledReplies('iptables');
    const older: Replies = (...asked) => {
      const reply = now(...asked);
      return reply?.stdout === undefined
        ? reply
        : { ...reply, stdout: reply.stdout.replaceAll(/(--to-destination [\d.]+):8080/g, '$1:9090') };
    };
    const path = observed(await knownOf('http://192.168.2.200/', older), 'iptables');
    const dnat = requestOf(path).find(({ before, after }) => before.destination !== after.destination);
    expect(dnat?.after).toMatchObject({ destination: '10.244.3.3', destinationPort: 8080 });
    expect(dnat?.branches.filter(({ taken }) => taken)).toEqual([]);
    const later = requestOf(path).slice(requestOf(path).findIndex((hop) => hop === dnat) + 1);
    expect(new Set(later.map(({ before }) => before.destinationPort))).toEqual(new Set([8080]));
    expect(path.differences).toMatchObject([{ observed: verbatim('10.244.3.3:8080') }]);
  });

  it('that the client could not connect, and does not say why, is a refusal only where a node told of the packet', async () => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const unwatched = [...known.facts.nodes.values()].map((node) => ({
      ...{ node, command: '', traced: '', tracked: '' },
      blind: verbatim('away'),
    }));
    const endWith = (complaint: string) => {
      const failed = { ...reply, exitCode: 7, status: 0, connected: false, complaint };
      return buildPath(known, { reply: failed, witness: makeWitness(unwatched) }).end;
    };
    const silent = "Failed to connect to 192.168.2.200 port 80 after 3061 ms: Couldn't connect to server";
    expect(endWith(silent)).toMatchObject({ status: 'unknown' });
    expect(endWith('Connection refused')).toMatchObject({ status: 'stopped', cause: 'not-listening' });
    expect(endWith('No route to host')).toMatchObject({ status: 'stopped', cause: 'no-arp-answer' });
  });

  it.each<Mode>(['iptables', 'nftables'])('%s: is joined through conntrack to one path', async (mode) => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies(mode));
    const path = observed(known, mode);
    const hops = requestOf(path);
    expect(path.end).toMatchObject({ status: 'answered', basis: { kind: 'observed' } });
    expect(hops.at(-1)?.place.name).toBe('shortener/shortener-service-9984dbfcf-7dgnv');
    const port = mode === 'iptables' ? 26250 : 39439;
    expect(hops.at(-1)?.before).toMatchObject({ source: '10.244.1.0', sourcePort: port, destination: '10.244.3.3' });
    // no kernel tells of a packet inside a bridge, nor of the client's own routing
    expect(basisOf(hops, 'link')).toEqual(new Set(['observed', 'read']));
    const routing = hops.filter(({ place }) => place.kind === 'routing');
    expect(basisOf(routing, 'kernel')).toEqual(new Set(['read']));
    const translating = hops.filter(
      ({ layer, before, after }) =>
        layer === 'kernel' && (before.destination !== after.destination || before.source !== after.source),
    );
    expect(translating.map(({ basis }) => basis.kind)).toEqual(['observed', 'observed']); // DNAT, masquerade
    expect(hops[0]?.basis.kind).toBe('read');
    const overlay = hops.filter(({ layer }) => layer === 'overlay').map(({ basis }) => basis.kind);
    expect(overlay).toEqual(['read', 'observed']);
    const masquerade = hops.find(({ sentence }) => sentence.en.includes('masquerade)'));
    expect(masquerade?.evidence.flatMap(({ lines }) => lines).join('\n')).toContain(`dport=${port}`);
    const arrival = hops.find(({ machine, layer }) => machine === 'k8s-worker2' && layer === 'link');
    expect(arrival?.at).toBeGreaterThanOrEqual(0);
    expect(arrival?.at).toBeLessThan(10);
    expect(path.differences).toEqual([]);
  });

  it('an endpoint that the rules did not have is a difference, and is explained', async () => {
    const change = (command: string, machine: string) => {
      if (machine !== 'k8s-worker2' || !command.includes('iptables-save')) return undefined;
      const { stdout = '' } = sampledReplies('iptables')(command, machine) ?? {};
      return { stdout: stdout.replaceAll(/^-A KUBE-SVC-VPKV.*-j KUBE-SEP-QZOE.*$/gm, '') };
    };
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables', change));
    const { differences } = observed(known, 'iptables');
    expect(differences?.[0]).toMatchObject({ observed: verbatim('10.244.3.3:8080') });
  });

  it('a packet that left inside VXLAN and was not seen on the other node: UDP 8472 is blocked', async () => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const { end } = observed(known, 'iptables', { hide: 'k8s-worker1', lost: true });
    expect(end).toMatchObject({ status: 'stopped', cause: 'overlay-blocked', basis: { kind: 'observed' } });
  });

  it('a request that was connected and hangs: a full packet does not fit through the tunnel, a small one does', async () => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const path = observed(known, 'iptables');
    const { bundle } = await exampleBundle();
    const narrow = (passing: number) => {
      const replies: Replies = (command, machine) => {
        const bytes = Number(/^ping .* -s (\d+) 10\.244\.3\.0$/.exec(command)?.[1]);
        return machine === 'k8s-worker2' && bytes ? { exitCode: bytes <= passing ? 0 : 1 } : undefined;
      };
      const context = contextOf({ lab: sampledLab, bundle, replies });
      return findNarrowTunnel(context, known.facts, path, new AbortController().signal);
    };
    expect(await narrow(0)).toBeUndefined(); // nothing passes at all: that is another trouble
    expect(await narrow(1422)).toBeUndefined();
    const found = await narrow(1200);
    expect(found?.sentence.en).toContain('through flannel.1, a ping of 56 bytes is answered, one of 1422 bytes is not');
    expect(observed(known, 'iptables', { hangs: true, narrow: found }).end).toMatchObject({
      status: 'stopped',
      cause: 'mtu-too-small',
      hop: found?.hop,
    });
    expect(observed(known, 'iptables', { hangs: true }).end).toMatchObject({ cause: 'timeout' });
  });

  it('a packet that no node saw, and no MAC address for it: that nobody answered ARP follows, and was not seen', async () => {
    const read = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const neighbours = readingOf('client', 'ip -j neigh', '[]', []);
    const known = { ...read, facts: { ...read.facts, client: { ...read.facts.client, neighbours } } };
    const witness = makeWitness(
      [...known.facts.nodes.values()].map((node) => ({
        node,
        command: '',
        traced: READY,
        tracked: '',
        blind: undefined,
      })),
    );
    const failed = { ...reply, exitCode: 28, status: 0, connected: false, source: undefined, sourcePort: undefined };
    const { end } = buildPath(known, { reply: failed, witness });
    expect(end).toMatchObject({ status: 'stopped', cause: 'no-arp-answer', basis: { kind: 'predicted' } });
  });

  it.each([
    ['nobody', { asked: true, macs: [] }, { cause: 'no-arp-answer' }, 'still has 52:54:00:a8:02:0c'],
    [
      'another machine',
      { asked: true, macs: ['52:54:00:00:00:99'] },
      { cause: 'timeout' },
      '52:54:00:00:00:99 answers',
    ],
    ['nobody was asked', { asked: false, macs: [] }, { cause: 'timeout' }, 'was not seen'],
  ])(
    'a packet to a MAC address that the client remembers; when the LAN is asked, %s answers',
    async (_, answer, cause, words) => {
      const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
      const nodes = [...known.facts.nodes.values()];
      const witness = makeWitness(
        nodes.map((node) => ({ node, command: '', traced: READY, tracked: '', blind: undefined })),
      );
      const failed = { ...reply, exitCode: 28, status: 0, connected: false, complaint: 'timed out' };
      const value = { address: '192.168.2.200', ...answer };
      const asked = readingOf('client', 'arping', 'Sent 2 probes (2 broadcast(s))\n', value);
      const { end } = buildPath(known, { reply: failed, witness, answer: asked });
      expect(end).toMatchObject({ status: 'stopped', ...cause });
      expect(end.sentence.en).toContain(words);
    },
  );

  it('a node that cannot trace leaves its hops predicted, with the reason', async () => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const blind = { en: 'no nft', ja: 'nft がない' };
    const witness = makeWitness(
      [...known.facts.nodes.values()].map((node) => ({ node, command: '', traced: '', tracked: '', blind })),
    );
    const path = buildPath(known, { reply: reply, witness });
    expect(path.end.status).toBe('answered');
    const kernel = requestOf(path).find(({ machine, layer }) => machine === 'k8s-worker2' && layer === 'kernel');
    expect(kernel?.basis).toEqual({ kind: 'predicted', reason: blind });
  });
});

describe('a packet that a rule took out', () => {
  it.each([
    ['raw PREROUTING', 'ip daddr 192.168.2.200 drop (verdict drop)'],
    ['nat PREROUTING', 'xt target "REJECT" (verdict drop)'],
  ])('%s: the kernel names the rule', async (chain, rule) => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const watched = [...known.facts.nodes.values()].map((node) => {
      const [first = ''] = pathSample('iptables', 'leader-nft-monitor-trace.txt').split('\n');
      const packet = first.replace('hoplab pre', chain);
      const text = node.name === 'k8s-worker2' ? `${READY}\n${packet}\ntrace id 7205806d ip ${chain} rule ${rule}` : '';
      return { node, command: 'trace', traced: text, tracked: '', blind: undefined };
    });
    const failed = { ...reply, exitCode: 28, status: 0, connected: false };
    const { end } = buildPath(known, { reply: failed, witness: makeWitness(watched) });
    expect(end).toMatchObject({ status: 'stopped', cause: 'dropped-by-rule', basis: { kind: 'observed' } });
    expect(end.sentence.en).toContain(chain);
  });
});

describe('what a kernel cannot tell', () => {
  it('without conntrack the source behind a masquerade is predicted, and the path is joined all the same', async () => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const watched = [...known.facts.nodes.values()].map((node) => {
      const who = { 'k8s-worker2': 'leader', 'k8s-worker1': 'second' }[node.name];
      const text = who === undefined ? '' : pathSample('iptables', `${who}-nft-monitor-trace.txt`);
      return { node, command: 'trace', traced: text, tracked: '', blind: undefined };
    });
    const path = buildPath(known, { reply: reply, witness: makeWitness(watched) });
    const arrives = requestOf(path).filter(({ machine }) => machine === 'k8s-worker1');
    expect(arrives[0]).toMatchObject({ layer: 'overlay', basis: { kind: 'observed' } });
    expect(path.differences).toEqual([]);
  });

  it('without conntrack a trace that ends before the translation does not say where the packet went', async () => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const watched = [...known.facts.nodes.values()].map((node) => {
      const lines = pathSample('iptables', 'leader-nft-monitor-trace.txt').split('\n');
      const cut = lines.slice(
        0,
        lines.findIndex((line) => line.includes(' filter FORWARD ')),
      );
      const traced = node.name === 'k8s-worker2' ? cut.join('\n') : '';
      return { node, command: 'trace', traced, tracked: '', blind: undefined };
    });
    const path = buildPath(known, { reply: reply, witness: makeWitness(watched) });
    const dnat = requestOf(path).find(({ before, after }) => before.destination !== after.destination);
    expect(dnat?.after).toMatchObject({ destination: '10.244.3.3', destinationPort: 8080 }); // by the chain that it told
    expect(requestOf(path).at(-1)?.place.kind).toBe('pod');
    expect(path.differences).toEqual([]);
  });

  it('rules of legacy iptables: those hops are predicted, with the reason', async () => {
    const known = await knownOf('http://192.168.2.200/', sampledReplies('iptables'));
    const watched = [...known.facts.nodes.values()].map((node) => {
      const lines =
        node.name === 'k8s-worker2' ? pathSample('iptables', 'leader-nft-monitor-trace.txt').split('\n') : [];
      const text = lines
        .filter((line) => line.includes(' hoplab pre '))
        .join('\n')
        .replaceAll(' hoplab ', ' hoplab_trace_1_a ');
      return { node, command: 'trace', traced: text, tracked: '', blind: undefined };
    });
    const path = buildPath(known, { reply: reply, witness: makeWitness(watched) });
    expect(path.differences).toEqual([]);
    const chain = requestOf(path).find(({ place }) => place.name === 'nat KUBE-SERVICES');
    expect(chain?.basis).toMatchObject({
      kind: 'predicted',
      reason: { en: expect.stringContaining('legacy') as string },
    });
  });
});

describe('the request that NGINX passes on while others ask it as well', () => {
  const asked = (id: string, port: number, to: string, flags: string) =>
    `trace id ${id} ip raw PREROUTING packet: iif "veth1" ip saddr 10.244.3.5 ip daddr ${to} tcp sport ${port} tcp dport 8080 tcp flags == ${flags} tcp window 64240`;
  const mark = (id: string) =>
    `trace id ${id} ip raw PREROUTING rule ip saddr 10.244.3.5 ip protocol tcp xt match "string" counter packets 1 bytes 200 meta nftrace set 1 (verdict continue)`;
  const arrives = (chain: string, to: string) =>
    `trace id 9 ip ${chain} packet: iif "eth0" ip saddr 192.168.2.50 ip daddr ${to} tcp sport 41001 tcp dport 80 tcp flags == syn tcp window 64240`;
  const first = [arrives('raw PREROUTING', '192.168.2.201'), arrives('filter FORWARD', '10.244.3.5')];
  const others = [asked('1', 5001, '10.244.1.3', 'syn'), asked('2', 5002, '10.244.3.3', 'syn')];

  async function gatewayHop(lines: readonly string[]): Promise<Hop | undefined> {
    const read = await knownOf('http://192.168.2.201/', sampledReplies('iptables'));
    const { cluster } = read.facts;
    const value = cluster.routes?.value.map((route) => ({ ...route, hostnames: [] })) ?? [];
    const routes = cluster.routes && { ...cluster.routes, value };
    const known = { ...read, facts: { ...read.facts, cluster: { ...cluster, routes } } };
    const watched = [...known.facts.nodes.values()].map((node) => {
      const traced = [READY, ...(node.name === 'k8s-worker1' ? [...first, ...lines] : [])].join('\n');
      return { node, command: 'trace', traced, tracked: '', blind: undefined };
    });
    const path = buildPath(known, { reply: { ...reply, addresses: ['192.168.2.201'] }, witness: makeWitness(watched) });
    return requestOf(path).find(({ layer, branches }) => layer === 'gateway' && branches.length > 0);
  }

  it('is the one with the mark, be it on a connection that was open before', async () => {
    const hop = await gatewayHop([...others, asked('3', 5003, '10.244.1.4', '0x18'), mark('3')]);
    expect(hop?.after).toMatchObject({ sourcePort: 5003, destination: '10.244.1.4' });
    expect(hop?.basis).toEqual({ kind: 'observed' });
    expect(hop?.branches.find(({ taken }) => taken)?.endpoint).toBe('10.244.1.4:8080');
    expect(hop?.evidence.at(-1)?.lines).toHaveLength(2);
  });

  it('is not known without a mark, even where NGINX asked one pod alone', async () => {
    expect((await gatewayHop(others))?.basis).toMatchObject({
      kind: 'predicted',
      reason: { en: expect.stringContaining('several pods') as string },
    });
    expect((await gatewayHop(others.slice(1)))?.basis.kind).toBe('predicted');
  });

  it('is not known where the node cannot look for the mark', async () => {
    for (const [line, reason] of [
      [UNMARKED, "could not search NGINX's packets"],
      [`${UNMARKED} iptables: Device or resource busy.`, "for this request's mark: iptables: Device or resource busy."],
    ] as const) {
      expect((await gatewayHop([line, ...others.slice(1)]))?.basis).toMatchObject({
        kind: 'predicted',
        reason: { en: expect.stringContaining(reason) as string },
      });
    }
  });
});

describe('the parsers of what a node says', () => {
  it('an id that a kernel gave to two packets is two traces', () => {
    const line = (port: number, chain: string) =>
      `trace id 1 ip ${chain} packet: iif "eth0" ip saddr 1.1.1.1 ip daddr 2.2.2.2 tcp sport ${port} tcp dport 80 tcp flags == syn tcp window 1`;
    const traces = parseTraces(
      [line(1, 'raw PREROUTING'), line(1, 'nat PREROUTING'), line(2, 'raw PREROUTING'), line(2, 'filter FORWARD')].join(
        '\n',
      ),
    );
    expect(traces.map(({ lines }) => lines.map(({ chain }) => chain))).toEqual([
      ['PREROUTING', 'PREROUTING'],
      ['PREROUTING', 'FORWARD'],
    ]);
  });

  it('a drop by policy and a reject of iptables are read', () => {
    const [trace] =
      parseTraces(`trace id 1 ip filter FORWARD packet: iif "eth0" oif "cni0" ip saddr 1.1.1.1 ip daddr 2.2.2.2 tcp sport 1 tcp dport 2
trace id 1 ip filter FORWARD rule xt target "REJECT" (verdict drop)
trace id 1 ip filter FORWARD policy drop
nonsense`);
    expect(trace?.lines.map(({ kind }) => kind)).toEqual(['packet', 'rule', 'policy']);
  });

  it('conntrack: both forms, with and without an answer', () => {
    const flows = parseConntrack(pathSample('iptables', 'leader-conntrack-E.txt')).filter(
      ({ original }) => original.sourcePort === 41001,
    );
    expect(flows[0]).toMatchObject({
      replied: false,
      time: 1795404992.358798,
      reply: { destination: '10.244.1.0', destinationPort: 26250 },
    });
    expect(flows.at(-1)?.replied).toBe(true);
    expect(parseConntrack(pathSample('iptables', 'leader-conntrack-L.txt'))).toHaveLength(1);
  });
});
