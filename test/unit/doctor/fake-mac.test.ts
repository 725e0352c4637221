import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { detectClient } from '../../../src-main/client/client.ts';
import { findingSchema, type Finding } from '../../../src-main/contract/doctor.ts';
import { examine, type Examined } from '../../../src-main/doctor/examine.ts';
import { KnownHosts, hostKey } from '../../../src-main/machines/known-hosts.ts';
import { openLocalMachine } from '../../../src-main/machines/local/local-machine.ts';
import { FakeMac } from '../../fake-programs/fake-mac.ts';
import { labOf, labText } from '../../lab-file/example.ts';

const NODES = ['192.168.2.10', '192.168.2.11', '192.168.2.12'];
const NAME = 'url-shortener.staging.k8s.local';
const VIP = '192.168.2.200';
const key = (index: number) =>
  hostKey(Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36, index)]));

describe('on a Mac of documented programs, the doctor', { timeout: 60_000 }, () => {
  let mac: FakeMac;
  const machine = openLocalMachine({ name: 'client' });
  const before = { PATH: process.env['PATH'], FAKE_MAC: process.env['FAKE_MAC'] };
  beforeAll(() => expect(labOf(labText()).loadBalancer.vip).toBe(VIP));
  beforeEach(async () => {
    mac = new FakeMac();
    Object.assign(process.env, mac.env);
    const hosts = new KnownHosts(join(mac.state, 'known_hosts'));
    for (const [index, address] of NODES.entries()) await hosts.pin(address, 22, key(index).key);
    mac.set('hosts', NODES.map((address, index) => `${address} ${key(index).fingerprint}\n`).join(''));
    mac.set('arp', [...NODES, VIP].map((address, index) => `${address} 52:54:0:a8:2:${index}\n`).join(''));
  });
  afterAll(async () => {
    Object.assign(process.env, before);
    await machine.close();
  });

  /** A lab whose every stage is rolled out. */
  function finished(): void {
    mac.set('resolver/k8s.local', '# Written by Hoplab\nnameserver 192.168.2.10\nport 30053\ntimeout 2\n');
    mac.set('names', `${NAME} ${VIP}\n`);
    mac.set('cluster-names', `${NAME} ${VIP}\n`);
  }

  async function findings(connect: Examined['connect'] = async () => undefined): Promise<readonly Finding[]> {
    const client = await detectClient(machine);
    const all: Finding[] = [];
    const examined = { machine, client, lab: labOf(labText()), home: mac.state, cache: join(mac.state, 'cache') };
    const knownHosts = new KnownHosts(join(mac.state, 'known_hosts'));
    const signal = new AbortController().signal;
    for await (const one of examine({ ...examined, knownHosts, signal, connect })) all.push(findingSchema.parse(one));
    return all;
  }

  const of = (all: readonly Finding[], probe: string) => all.filter((one) => one.probe === probe);
  const bad = (all: readonly Finding[]) =>
    all
      .filter(({ status }) => status !== 'ok')
      .map(({ probe, status, sentence }) => `${probe} ${status}: ${sentence.en}`);

  it('finds a finished lab in order, each finding with the command that shows it', async () => {
    finished();
    const all = await findings();
    expect(bad(all)).toEqual([]);
    expect(of(all, 'nodes-answer').map(({ sentence }) => sentence.en)).toEqual([
      'k8s-master answers with its pinned host key',
      'k8s-worker1 answers with its pinned host key',
      'k8s-worker2 answers with its pinned host key',
    ]);
    expect(of(all, 'app')[0]?.sentence.en).toBe(`http://${NAME}/: 200, ${VIP} is at 52:54:00:a8:02:03`);
    const commanded = all.filter(({ probe }) => probe !== 'zone');
    expect(commanded.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
  });

  it('knows nothing yet, and no problem, of a lab that is not rolled out', async () => {
    expect(bad(await findings()).map((line) => line.split(':', 1)[0])).toEqual([
      'resolver-file unknown',
      'resolver-order unknown',
      'names unknown',
      'app unknown',
    ]);
  });

  it('recognizes Local Network privacy: ssh gets there, this process has no route', async () => {
    finished();
    const [first, second] = of(await findings(async () => 'EHOSTUNREACH'), 'nodes-answer');
    expect(first?.status).toBe('ok');
    expect(second).toMatchObject({ status: 'problem' });
    expect(second?.sentence.en).toBe("The system's ssh reaches k8s-master, and Hoplab itself does not (EHOSTUNREACH)");
    expect(second?.remedy?.en).toContain('System Settings, Privacy & Security, Local Network');
  });

  it('tells a machine that is off from one that takes no SSH, and from another key', async () => {
    mac.set('hosts', `192.168.2.11 SHA256:${'A'.repeat(43)}\n`);
    mac.set('arp', '192.168.2.10 52:54:0:a8:2:a\n');
    const told = of(
      await findings(async (address) => (address.endsWith('.11') ? undefined : 'ETIMEDOUT')),
      'nodes-answer',
    );
    expect(told.map(({ status, sentence }) => [status, sentence.en])).toEqual([
      [
        'problem',
        'k8s-master is there (192.168.2.10 is at 52:54:00:a8:02:0a), and takes no SSH connection on port 22 (192.168.2.10 port 22: Operation timed out)',
      ],
      ['problem', 'k8s-worker1 shows a host key that differs from the pinned one'],
      ['problem', 'k8s-worker2 does not answer at 192.168.2.12 (192.168.2.12 port 22: Operation timed out)'],
    ]);
  });

  it('sees a VPN that takes the way to the VIP, and one that takes the zone', async () => {
    finished();
    mac.set('vpn', 'Work');
    mac.set('route', 'utun4\n');
    mac.set(
      'dns',
      'resolver #3\n  domain   : k8s.local\n  nameserver[0] : 10.8.0.1\n  if_index : 22 (utun4)\n  flags    : Supplemental, Request A records\n  order    : 101000\n\n',
    );
    const all = await findings();
    expect(of(all, 'vpn')[0]?.sentence.en).toContain('A VPN is connected: Work');
    expect(of(all, 'way-to-the-vip')[0]).toMatchObject({
      status: 'problem',
      sentence: { en: `Packets for ${VIP} go into a tunnel (utun4)` },
    });
    expect(of(all, 'resolver-order')[0]).toMatchObject({ status: 'problem' });
    expect(of(all, 'resolver-order')[0]?.sentence.en).toContain('resolver #3 ~k8s.local → 10.8.0.1');
  });

  it('sees that something comes before the file: the DNS of the cluster knows the name, the system does not', async () => {
    finished();
    mac.set('names', '');
    mac.set('extensions', 'Example Filter');
    const all = await findings();
    expect(of(all, 'names')[0]).toMatchObject({ status: 'problem' });
    expect(of(all, 'names')[0]?.remedy?.en).toContain('a profile with encrypted DNS');
    expect(of(all, 'filters')[0]).toMatchObject({ status: 'unknown' });
    expect(of(all, 'filters')[0]?.sentence.en).toContain('Example Filter');
  });

  it('recognizes the wait for multicast DNS below .local, and offers another zone', async () => {
    finished();
    mac.set('slow', '4.6');
    const [found] = of(await findings(), 'names');
    expect(found?.sentence.en).toMatch(/took \d\.\d s: macOS waited for multicast DNS$/);
    expect(found?.remedy?.en).toContain('k8s.internal or k8s.test');
  });

  it("sees that vmnet of macOS 26 has the lab's network as well", async () => {
    mac.set(
      'interfaces',
      'bridge100: flags=8a63<UP,BROADCAST,SMART,RUNNING,ALLMULTI,SIMPLEX,MULTICAST> mtu 1500\n\tether 3e:22:fb:12:34:64\n\tinet 192.168.2.1 netmask 0xffffff00 broadcast 192.168.2.255\n',
    );
    const [found] = of(await findings(), 'one-network');
    expect(found).toMatchObject({ status: 'problem' });
    expect(found?.sentence.en).toContain('en0 192.168.2.0/24, bridge100 192.168.2.0/24');
    expect(found?.remedy?.en).toContain('macOS 26');
  });

  it('sees a router on the way, a clock that is off, and an old macOS', async () => {
    mac.set('route', 'en0 192.168.1.1\n');
    mac.set('offset', '-7.25');
    mac.set('version', '12.7');
    const problems = bad(await findings()).filter((line) => line.includes('problem'));
    expect(problems).toEqual([
      'system problem: macOS 12.7, arm64',
      'clock problem: The clock is off by -7.25456 s',
      `way-to-the-vip problem: Packets for ${VIP} go to the router 192.168.1.1`,
    ]);
  });

  it('says unknown where a program is missing or prints something else', async () => {
    mac.set('offset', '');
    expect(of(await findings(), 'clock')[0]).toMatchObject({ status: 'unknown' });
    Object.assign(process.env, new FakeMac(['dig', 'scutil', 'ssh']).env);
    const all = await findings();
    expect(of(all, 'programs')[0]).toMatchObject({
      status: 'problem',
      sentence: { en: 'Not installed: dig, scutil, ssh' },
    });
    for (const probe of ['resolver', 'vpn', 'nodes-answer', 'resolver-order', 'names']) {
      expect(of(all, probe)[0]).toMatchObject({ status: 'unknown' });
    }
  });
});
