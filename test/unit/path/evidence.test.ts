import { describe, expect, it } from 'vitest';
import { agreementOf } from '../../../src-main/contract/path-words.ts';
import type { Path } from '../../../src-main/contract/path.ts';
import { trace } from '../../../src-main/path/trace.ts';
import { noted, unfounded, type Said } from '../../path-evidence/unfounded.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies, type Reply } from '../table-machine.ts';
import { sample, sampledLab } from '../topology/sampled-lab.ts';
import { pathSample, type Mode } from './sample.ts';
import { sampledReplies } from './sampled-path.ts';

const HOST = 'url-shortener.staging.k8s.local';
const POD = 'pod/shortener/shortener-service-9984dbfcf-8nnm6';

/** A path, and what it shows that nobody printed. */
async function traced(target: string, replies: Replies, predictOnly = false) {
  const { bundle } = await exampleBundle();
  const context = contextOf({ lab: sampledLab, bundle, replies });
  const said: Said[] = [];
  const machine: typeof context.machine = (name) => noted(context.machine(name), said);
  const { signal } = new AbortController();
  const options = { predictOnly, recording: undefined, signal };
  const paths: Path[] = [];
  for await (const path of trace({ ...context, machine }, target, 1, options)) paths.push(path);
  const [path] = paths;
  if (!path) throw new Error('no path');
  return { path, unfounded: unfounded(path, said) };
}

/** What the client's curl or dig says, and what the nodes do by the samples; `watched` says it otherwise. */
const requested =
  (mode: Mode, printed: Reply, watched: (machine: string) => Reply | undefined = () => undefined): Replies =>
  (command, machine) => {
    if (command.includes('hoplab_trace_')) {
      const who = { 'k8s-worker2': 'leader', 'k8s-worker1': 'second' }[machine];
      const other = watched(machine);
      if (other) return other;
      if (who === undefined) return nothing();
      const text = (name: string) => pathSample(mode, `${who}-${name}.txt`);
      return {
        stdout: watchedWhole(text('nft-monitor-trace')),
        stderr: text('conntrack-E') + text('conntrack-L'),
      };
    }
    return command.includes('hoplab %') || command.includes('+noall') ? printed : undefined;
  };

const watchedWhole = (text: string) => `hoplab-ready\n${text}\nhoplab-watched\n`;
const nothing = () => ({ stdout: watchedWhole('') });
const ownLine = (status: number, to: string) => `hoplab ${status} 192.168.2.50 41001 ${to} 80 0.000812 0.003411`;
const answer = (status: number, to: string): Reply => ({
  stdout: `HTTP/1.1 ${status} X\r\nServer: x\r\n\r\n\n${ownLine(status, to)}\n`,
});
const LATE: Reply = { stdout: '\nhoplab 000  0  0 0.0 4.0\n', stderr: 'curl: (28) timed out\n', exitCode: 28 };
const VIP = 'http://192.168.2.200/';

describe('what a path shows as output, a machine has printed', () => {
  it.each<[Mode, string]>([
    ['iptables', VIP],
    ['nftables', VIP],
    ['iptables', 'http://192.168.2.201/'],
    ['iptables', 'http://192.168.2.222/'],
    ['nftables', 'k8s-worker1:30080'],
    ['iptables', 'k8s-worker1:22'],
    ['iptables', `http://${HOST}/`],
    ['iptables', `${POD} -> svc/shortener/shortener-service`],
    ['iptables', `dns ${HOST} @k8s-worker1:30053`],
  ])('%s, predicted: %s', async (mode, target) => {
    const { path, unfounded: strange } = await traced(target, sampledReplies(mode), true);
    expect(path.legs.flatMap(({ hops }) => hops).filter(({ basis }) => basis.kind === 'observed')).toEqual([]);
    expect(strange).toEqual([]);
  });

  it.each<Mode>(['iptables', 'nftables'])('%s: an answer, and what the client got of it', async (mode) => {
    const replies = sampledReplies(mode, requested(mode, answer(200, '192.168.2.200')));
    const { path, unfounded: strange } = await traced(VIP, replies);
    expect(path.end).toMatchObject({ status: 'answered', basis: { kind: 'observed' } });
    expect(strange).toEqual([]);
    const back = path.legs.find(({ kind }) => kind === 'back')?.hops.at(-1);
    expect(back).toMatchObject({ machine: 'client', basis: { kind: 'observed' } });
    const lines = ['HTTP/1.1 200 X', ownLine(200, '192.168.2.200')];
    expect(back?.evidence).toMatchObject([{ machine: 'client', lines }]);
    expect(path.end).toMatchObject({ evidence: [{ machine: 'client', lines }] });
  });

  it('a client that connected elsewhere than predicted: that is a difference, and not agreed', async () => {
    const replies = sampledReplies('iptables', requested('iptables', answer(200, '192.168.2.77'), nothing));
    const { path, unfounded: strange } = await traced(VIP, replies);
    expect(path.differences).toMatchObject([{ observed: { en: '192.168.2.77' }, predicted: { en: '192.168.2.200' } }]);
    expect(agreementOf(path)).toBeUndefined();
    const hops = path.legs.flatMap((leg) => leg.hops);
    expect(hops.some(({ before }) => before.destination === '192.168.2.200')).toBe(false);
    expect(path.end).toMatchObject({ status: 'answered' });
    expect(strange).toEqual([]);
  });

  it('a client that connected by IPv6 is not followed', async () => {
    const { path } = await traced(
      VIP,
      sampledReplies('iptables', requested('iptables', answer(200, 'fd00::1'), nothing)),
    );
    expect(path.differences).toHaveLength(1);
    expect(path.legs).toEqual([]);
  });

  it('a client that got an answer which no node saw: the hops are predicted, and it did not stop', async () => {
    const replies = sampledReplies('iptables', requested('iptables', answer(200, '192.168.2.200'), nothing));
    const { path, unfounded: strange } = await traced(VIP, replies);
    const hops = path.legs.find(({ kind }) => kind === 'request')?.hops ?? [];
    expect(hops.at(-1)?.layer).toBe('app');
    expect(new Set(hops.map(({ basis }) => basis.kind))).toEqual(new Set(['read', 'predicted']));
    expect(agreementOf(path)?.en).toContain('Not observed');
    expect(strange).toEqual([]);
  });

  describe('a query', () => {
    const target = `dns ${HOST} @k8s-worker1:30053`;
    /** CoreDNS's own pods are on the node that was not sampled. */
    const near: Replies = (command, machine) => {
      const found = command.includes('iptables-save') ? sampledReplies('iptables')(command, machine) : undefined;
      return found?.stdout === undefined
        ? undefined
        : { ...found, stdout: found.stdout.replaceAll(/10\.244\.0\.[23]:53/g, '10.244.3.3:53') };
    };
    const dig = async (address: string) => {
      const stdout = `;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n${HOST}. 30 IN A ${address}\n`;
      const base = requested('iptables', { stdout }, nothing);
      const replies: Replies = (command, machine) => base(command, machine) ?? near(command, machine);
      const { path, unfounded: strange } = await traced(target, sampledReplies('iptables', replies));
      expect(strange).toEqual([]);
      return { path, last: path.legs[0]?.hops.at(-1) };
    };

    it('what the client learns is observed by the line that dig printed', async () => {
      const { path, last } = await dig('192.168.2.201');
      expect(last).toMatchObject({ basis: { kind: 'observed' } });
      expect(last?.sentence.en).toBe(`The client resolves ${HOST} to 192.168.2.201.`);
      expect(last?.evidence[0]?.lines).toContain(`${HOST}. 30 IN A 192.168.2.201`);
      expect(path.differences).toEqual([]);
      const predicted = await traced(target, sampledReplies('iptables', near), true);
      expect(predicted.path.legs[0]?.hops.at(-1)?.basis.kind).toBe('predicted');
      expect(predicted.unfounded).toEqual([]);
    });

    it('another address than the Corefile has is a difference', async () => {
      const { path, last } = await dig('192.168.2.9');
      expect(last?.sentence.en).toContain('to 192.168.2.9');
      expect(path.differences).toMatchObject([{ predicted: { en: '192.168.2.201' }, observed: { en: '192.168.2.9' } }]);
      expect(agreementOf(path)).toBeUndefined();
    });
  });

  it.each<[string, (machine: string) => Reply | undefined, string, string]>([
    ['listened', (machine) => (machine === 'k8s-worker1' ? nothing() : undefined), 'overlay-blocked', 'observed'],
    [
      'could not listen',
      (machine) => (machine === 'k8s-worker1' ? { stdout: 'hoplab-blind no nft\n' } : undefined),
      'timeout',
      'observed',
    ],
    [
      'listened until its tracer died',
      (machine) =>
        machine === 'k8s-worker1' ? { stdout: 'hoplab-ready\nhoplab-ended nft monitor trace\n' } : undefined,
      'timeout',
      'observed',
    ],
    [
      'listened, and its command was cut off',
      (machine) => (machine === 'k8s-worker1' ? { stdout: 'hoplab-ready\n', exitCode: 137 } : undefined),
      'timeout',
      'observed',
    ],
  ])('a packet that did not come out of VXLAN: the other node %s', async (_, watched, cause, basis) => {
    const unreplied = (machine: string): Reply | undefined => {
      if (machine !== 'k8s-worker2') return watched(machine);
      const text = (name: string) => pathSample('iptables', `leader-${name}.txt`);
      const events = text('conntrack-E') + text('conntrack-L');
      return {
        stdout: watchedWhole(text('nft-monitor-trace')),
        stderr: events.replaceAll(/^.*(?:SYN_RECV|ESTABLISHED|WAIT|LAST_ACK).*$/gm, ''),
      };
    };
    const { path, unfounded: strange } = await traced(
      VIP,
      sampledReplies('iptables', requested('iptables', LATE, unreplied)),
    );
    expect(path.end).toMatchObject({ status: 'stopped', cause, basis: { kind: basis } });
    expect(strange).toEqual([]);
    const lines = path.end.status === 'stopped' ? path.end.evidence.flatMap((piece) => piece.lines) : [];
    if (cause === 'overlay-blocked') {
      expect(lines.join('\n')).toMatch(/UNREPLIED/);
      expect(lines).toEqual(expect.arrayContaining(['hoplab-ready', 'hoplab-watched']));
    } else
      expect(path.unknown.map(({ en }) => en)).toContainEqual(
        expect.stringMatching(/^k8s-worker1 (?:could not|did not)/),
      );
    expect(lines).toContain('curl: (28) timed out');
  });

  it.each<[string, Reply | undefined, string, string]>([
    [
      'arping got no answer',
      { stdout: 'Sent 2 probes (2 broadcast(s))\nReceived 0 response(s)\n' },
      'no-arp-answer',
      'observed',
    ],
    ['nobody could ask', undefined, 'timeout', 'observed'],
  ])('a packet that no node saw: %s', async (_, arping, cause, basis) => {
    const base = requested('iptables', LATE, nothing);
    const replies: Replies = (command, machine) =>
      command.includes('arping') ? (arping ?? { exitCode: 127 }) : base(command, machine);
    const { path, unfounded: strange } = await traced(VIP, sampledReplies('iptables', replies));
    expect(path.end).toMatchObject({ status: 'stopped', cause, basis: { kind: basis } });
    expect(strange).toEqual([]);
  });
});

describe('behind the Gateway', () => {
  const NGINX = '10.244.3.5';
  const POD_ADDRESS = '10.244.3.3';
  const packet = (id: string, flow: string, chain = 'raw PREROUTING') => {
    const [source, destination, from, to] = flow.split(' ');
    return `trace id ${id} ip ${chain} packet: iif "eth0" ip saddr ${source} ip daddr ${destination} tcp sport ${from} tcp dport ${to} tcp flags == syn tcp window 64240`;
  };
  const arrives = [
    packet('9', '192.168.2.50 192.168.2.201 41001 80'),
    packet('9', `192.168.2.50 ${NGINX} 41001 80`, 'filter FORWARD'),
  ];
  const passed = [
    packet('3', `${NGINX} ${POD_ADDRESS} 5003 8080`),
    'trace id 3 ip raw PREROUTING rule ip protocol tcp xt match "string" counter packets 1 bytes 200 meta nftrace set 1 (verdict continue)',
  ];
  const every: Replies = (command) => {
    if (!command.includes('httproutes')) return undefined;
    const { items } = JSON.parse(sample('k-httproutes.json')) as { items: { spec: object }[] };
    return {
      stdout: JSON.stringify({ items: items.map((item) => ({ ...item, spec: { ...item.spec, hostnames: [] } })) }),
    };
  };

  async function asked(status: number, lines: readonly string[]) {
    const watched = (machine: string) => ({
      stdout: watchedWhole(machine === 'k8s-worker1' ? lines.join('\n') : ''),
    });
    const base = requested('iptables', answer(status, '192.168.2.201'), watched);
    const replies: Replies = (command, machine) => base(command, machine) ?? every(command, machine);
    const { path, unfounded: strange } = await traced('http://192.168.2.201/', sampledReplies('iptables', replies));
    expect(strange).toEqual([]);
    const hops = path.legs.find(({ kind }) => kind === 'request')?.hops.filter(({ layer }) => layer === 'gateway');
    return { path, hops };
  }

  it('which route NGINX took is read; that it asked this pod is observed, by the mark', async () => {
    const { path, hops } = await asked(200, [...arrives, ...passed]);
    expect(hops).toMatchObject([
      { basis: { kind: 'read' }, branches: [] },
      {
        basis: { kind: 'observed' },
        sentence: {
          en: `NGINX forwards the request to ${POD_ADDRESS}:8080 (shortener/shortener-service-9984dbfcf-7dgnv).`,
        },
      },
    ]);
    expect(path.end).toMatchObject({ status: 'answered', basis: { kind: 'observed' } });
  });

  it('that NGINX answered itself is observed where its node told of the request, else it is not known', async () => {
    const seen = await asked(404, arrives);
    expect(seen.hops?.at(-1)).toMatchObject({ basis: { kind: 'observed' } });
    expect(seen.path.end).toMatchObject({ status: 'stopped', cause: 'no-http-route', basis: { kind: 'observed' } });
    const unheard = await asked(404, []);
    expect(unheard.path.end).toMatchObject({ status: 'answered', basis: { kind: 'predicted' } });
    expect(unheard.path.end.sentence.en).toContain('did not report this request arriving at NGINX');
  });
});
