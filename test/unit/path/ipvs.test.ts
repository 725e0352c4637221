import { describe, expect, it } from 'vitest';
import { pathSchema, type Path } from '../../../src-main/contract/path.ts';
import type { Replies } from '../table-machine.ts';
import { buildPath } from '../../../src-main/path/build-path.ts';
import { makeWitness } from '../../../src-main/path/observe/make-witness.ts';
import { READY, WATCHED } from '../../../src-main/path/observe/trace-command.ts';
import type { Reply } from '../../../src-main/path/reply.ts';
import { pathSample } from './sample.ts';
import { knownOf, pathOf, sampledReplies } from './sampled-path.ts';

/** As a node of Linux 6.1 printed it whose kube-proxy had been switched from iptables: chains of that mode were left behind. */
const sample = (name: string) => pathSample('ipvs', name);

const SUBNETS: Readonly<Record<string, string>> = { 'k8s-worker2': '10.244.1.0/24', 'k8s-worker1': '10.244.3.0/24' };
const rulesOf = (machine: string) =>
  sample('iptables-save.txt').replaceAll('10.244.0.0/24', SUBNETS[machine] ?? '10.244.0.0/24');

const HEAD = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
`;
/** The NodePort 30080 at the leader's address, in the kernel's own form. */
const NODE_PORT = 'TCP  C0A8020C:7580 rr  \n';
const NEAR = '  -> 0AF40103:1F90      Masq    1      0          0         \n';
const NEAR_TOO = '  -> 0AF40104:1F90      Masq    1      0          0         \n';
const FAR = '  -> 0AF40303:1F90      Masq    1      0          0         \n';

function ipvsReplies(tables: string, change: Replies = () => undefined): Replies {
  return sampledReplies('iptables', (command, machine) => {
    const changed = change(command, machine);
    if (changed) return changed;
    if (command.includes('proxyMode')) return { stdout: 'ipvs' };
    if (command.includes('/proc/net/ip_vs')) return { stdout: HEAD + tables };
    if (command.includes('ipset save')) return { stdout: sample('ipset-save.txt') };
    return command.includes('iptables-save') ? { stdout: rulesOf(machine) } : undefined;
  });
}

const hopsOf = ({ legs }: Pick<Path, 'legs'>) => legs.find(({ kind }) => kind === 'request')?.hops ?? [];
const ipvsOf = (path: Pick<Path, 'legs'>) => hopsOf(path).find(({ place }) => place.name === 'IPVS');

describe('a predicted path through IPVS', () => {
  it('goes by INPUT to IPVS, which picks a pod, and on as a packet of the node’s own', async () => {
    const path = await pathOf('192.168.2.12:30080', ipvsReplies(NODE_PORT + NEAR + NEAR_TOO + FAR));
    expect(pathSchema.safeParse({ ...path, time: '' }).error).toBeUndefined();
    expect(hopsOf(path).map(({ machine, place }) => `${machine} ${place.name}`)).toEqual([
      'client main',
      'client eth0',
      'k8s-worker2 eth0',
      'k8s-worker2 nat PREROUTING',
      'k8s-worker2 nat KUBE-SERVICES',
      'k8s-worker2 nat KUBE-NODE-PORT',
      'k8s-worker2 nat KUBE-MARK-MASQ',
      'k8s-worker2 INPUT',
      'k8s-worker2 IPVS',
      'k8s-worker2 main',
      'k8s-worker2 OUTPUT',
      'k8s-worker2 nat KUBE-POSTROUTING',
      'k8s-worker2 vethe555d33a',
      'k8s-worker2 shortener/shortener-service-9984dbfcf-8nnm6',
    ]);
    const hop = ipvsOf(path);
    expect(hop?.branches.map(({ endpoint, probability }) => [endpoint, probability.toFixed(2)])).toEqual([
      ['10.244.1.3:8080', '0.33'],
      ['10.244.1.4:8080', '0.33'],
      ['10.244.3.3:8080', '0.33'],
    ]);
    expect(hop?.evidence.flatMap(({ lines }) => lines)).toContain(NODE_PORT.trimEnd());
    expect(hop?.sentence.en).toContain('picks one of 3 real servers in turn (rr)');
    expect(hopsOf(path).at(-1)?.before).toMatchObject({ source: '10.244.1.1', destination: '10.244.1.3' });
    expect(path.unknown.map(({ en }) => en).join()).not.toContain('skipped'); // every rule of ipvs mode is understood
    expect(path.end.status).toBe('answered');
    const back = path.legs.find(({ kind }) => kind === 'back')?.hops ?? [];
    expect(back.map(({ sentence }) => sentence.en).join('\n')).toContain('IPVS and conntrack on k8s-worker2 reverse');
  });

  it('a client that is remembered goes where it went before, and that is said', async () => {
    const table = NODE_PORT.replace('rr  ', 'rr persistent 10800 FFFFFFFF');
    const kept = 'TCP C0A80232 0000 C0A8020C 7580 0AF40104 1F90 NONE         10791\n';
    const hop = ipvsOf(await pathOf('192.168.2.12:30080', ipvsReplies(table + NEAR + NEAR_TOO + FAR + kept)));
    expect(hop?.after.destination).toBe('10.244.1.4');
    expect(hop?.sentence.en).toContain('the real server that it had before (session affinity)');
    // where affinity was switched off since, the kernel asks its memory no more
    const forgotten = ipvsOf(await pathOf('192.168.2.12:30080', ipvsReplies(NODE_PORT + NEAR + NEAR_TOO + kept)));
    expect(forgotten?.branches).toHaveLength(2);
  });

  it('without a real server the kernel refuses it', async () => {
    const { end } = await pathOf('192.168.2.12:30080', ipvsReplies(NODE_PORT + NEAR.replace('Masq    1', 'Masq    0')));
    expect(end).toMatchObject({ status: 'stopped', cause: 'not-listening', because: 'no-real-server' });
  });

  it('a pod on another node gets it over VXLAN, masqueraded', async () => {
    const hops = hopsOf(await pathOf('192.168.2.12:30080', ipvsReplies(NODE_PORT + FAR)));
    expect(hops.filter(({ layer }) => layer === 'overlay')).toHaveLength(2);
    expect(hops.at(-1)).toMatchObject({ machine: 'k8s-worker1', before: { source: '10.244.1.0' } });
  });

  it('sent there with the client’s own address, the answer is not claimed to come back', async () => {
    // as with externalTrafficPolicy Local and no pod on the node; Flannel would masquerade it all the same
    const unmarked: Replies = (command, machine) => {
      if (command.includes('iptables-save'))
        return { stdout: rulesOf(machine).replaceAll(/^-A FLANNEL-POSTRTG ! -s .*MASQUERADE.*$/gm, '') };
      if (!command.includes('ipset save')) return undefined;
      return { stdout: sample('ipset-save.txt').replace('add KUBE-NODE-PORT-TCP 30080\n', '') };
    };
    const { end } = await pathOf('192.168.2.12:30080', ipvsReplies(NODE_PORT + FAR, unmarked));
    expect(end.status).toBe('unknown');
    expect(end.sentence.en).toContain('the response does not come back through k8s-worker2');
  });

  it('where its tables cannot be read, nothing is predicted; where the sets cannot, the rules that ask them are said to be skipped', async () => {
    const blind = await pathOf(
      '192.168.2.12:30080',
      ipvsReplies('', (command) =>
        command.includes('/proc/net/ip_vs')
          ? { stderr: 'cat: /proc/net/ip_vs: Permission denied', exitCode: 1 }
          : undefined,
      ),
    );
    expect(blind.end.status).toBe('unknown');
    expect(blind.end.sentence.en).toContain('the tables of IPVS could not be read');
    const setless = await pathOf(
      '192.168.2.12:30080',
      ipvsReplies(NODE_PORT + NEAR, (command) =>
        command.includes('ipset save')
          ? { stderr: 'nsenter: failed to execute ipset: No such file or directory', exitCode: 127 }
          : undefined,
      ),
    );
    const unknown = setless.unknown.map(({ en }) => en).join('\n');
    expect(unknown).toContain('ip-sets of k8s-worker2 could not be read');
    expect(unknown).toContain('cannot evaluate was skipped: -A KUBE-NODE-PORT -p tcp');
  });
});

/** What that kernel told of a request, with the sampled lab's addresses in the place of its own. */
function told(name: string): string {
  return sample(name)
    .replaceAll('192.168.123.10', '192.168.2.12')
    .replaceAll('192.168.123.61', '192.168.2.50')
    .replaceAll('10.244.0.7', '10.244.1.3')
    .replaceAll('10.244.0.1', '10.244.1.1');
}

const reply: Reply = {
  command: 'curl http://192.168.2.12:30080/',
  text: 'HTTP/1.1 200 OK',
  telling: ['HTTP/1.1 200 OK'],
  addresses: ['192.168.2.12'],
  exitCode: 0,
  status: 200,
  connected: true,
  duration: 3,
  source: '192.168.2.50',
  sourcePort: 48_737,
  handshake: [],
  complaint: '',
};

async function observed(tables: string, conntrack = told('conntrack.txt')): Promise<Omit<Path, 'time'>> {
  const known = await knownOf('192.168.2.12:30080', ipvsReplies(tables));
  const watched = [...known.facts.nodes.values()].map((node) => {
    const sees = node.name === 'k8s-worker2';
    const traced = `${READY}\n${sees ? told('nft-monitor-trace.txt') : ''}\n${WATCHED}\n`;
    return { node, command: 'trace', traced, tracked: sees ? conntrack : '', blind: undefined };
  });
  return buildPath(known, { reply, witness: makeWitness(watched) });
}

describe('an observed path through IPVS', () => {
  it('each hop of the node is observed, and which pod it was conntrack says', async () => {
    const path = await observed(NODE_PORT + NEAR + NEAR_TOO);
    const own = hopsOf(path).filter(({ machine, place }) => machine === 'k8s-worker2' && place.kind === 'chain');
    expect(own.map(({ place, basis }) => `${place.name}: ${basis.kind}`)).toEqual([
      'nat PREROUTING: observed',
      'nat KUBE-SERVICES: observed',
      'nat KUBE-NODE-PORT: observed',
      'nat KUBE-MARK-MASQ: observed',
      'INPUT: observed',
      'IPVS: observed',
      'OUTPUT: observed',
      'nat KUBE-POSTROUTING: observed',
    ]);
    expect(path.differences).toEqual([]);
    const hop = ipvsOf(path);
    expect(hop?.branches.filter(({ taken }) => taken).map(({ endpoint }) => endpoint)).toEqual(['10.244.1.3:8080']);
    expect(hop?.evidence.flatMap(({ lines }) => lines).join('\n')).toContain(
      'src=10.244.1.3 dst=10.244.1.1 sport=8080',
    );
    expect(path.end.status).toBe('answered');
  });

  it('a pod that its table did not have is a difference', async () => {
    const path = await observed(NODE_PORT + NEAR_TOO);
    expect(path.differences?.map(({ predicted, observed: seen }) => [predicted.en, seen.en])).toEqual([
      ['10.244.1.4:8080', '10.244.1.3:8080'],
    ]);
    expect(ipvsOf(path)?.sentence.en).toBe(
      'IPVS has the virtual server 192.168.2.12:30080, and rewrites the destination to 10.244.1.3:8080.',
    );
    expect(hopsOf(path).at(-1)?.place.name).toBe('shortener/shortener-service-9984dbfcf-8nnm6');
  });

  it('without conntrack’s word the pod is predicted, and said to be', async () => {
    const hop = ipvsOf(await observed(NODE_PORT + NEAR + NEAR_TOO, ''));
    expect(hop?.basis.kind).toBe('predicted');
  });
});
