import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../../src-main/bundle/bundle.ts';
import { eventSchema, type EventOf, type RolloutEvent } from '../../src-main/contract/events.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import { announce, gratuitousArp } from '../../src-main/prove-vip/lent-address.ts';
import { ProofOfVip } from '../../src-main/prove-vip/prove-vip.ts';
import type { OpenMachines } from '../../src-main/rollout/session.ts';
import { labOf, labText } from '../lab-file/example.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { exampleBundle } from '../unit/example-bundle.ts';
import { Lan, lanMissing } from './lan.ts';
import { ALL, onlyWithAll } from './with-all.ts';

onlyWithAll('the proof of the VIP on a LAN of namespaces');
const missing = ALL ? lanMissing() : undefined;
if (missing !== undefined) console.log(`SKIPPED: the proof of the VIP on a LAN of namespaces: ${missing}`);

const NODES = { 'k8s-master': '10.77.0.10', 'k8s-worker1': '10.77.0.11', 'k8s-worker2': '10.77.0.12' };
const POOL = '10.77.0.200-10.77.0.202';
const SPARE = '10.77.0.202';

describe.skipIf(!ALL || missing !== undefined)(
  'the proof of the VIP, on real kernels with real sshds',
  { timeout: 60_000 },
  () => {
    let lan: Lan;
    let bundle: Bundle;
    let knownHosts: KnownHosts;
    let events: RolloutEvent[];
    beforeAll(async () => {
      ({ bundle } = await exampleBundle());
      lan = new Lan();
      lan.join('client', '10.77.0.50');
      knownHosts = new KnownHosts(join(await tempFolder(), 'known_hosts'));
      for (const [name, address] of Object.entries(NODES)) {
        lan.join(name, address);
        await knownHosts.pin(address, 22, (await lan.serveSsh(name)).key);
      }
    }, 60_000);
    afterAll(() => lan.close());
    beforeEach(() => {
      events = [];
      for (const name of ['client', ...Object.keys(NODES)]) lan.exec(name, 'ip neigh flush all');
    });

    function proof(parts: { pool?: string; signal?: AbortSignal; pinned?: KnownHosts } = {}) {
      const { pool = POOL, signal = new AbortController().signal, pinned = knownHosts } = parts;
      const [first = ''] = pool.split('-');
      const lab = labOf(
        labText({
          3: '  - { name: k8s-master, role: control-plane, address: 10.77.0.10 }',
          4: '  - { name: k8s-worker1, role: worker, address: 10.77.0.11 }',
          5: '  - { name: k8s-worker2, role: worker, address: 10.77.0.12 }',
          7: `loadBalancer: { pool: ${pool}, vip: ${first} }`,
        }),
      );
      const open: OpenMachines = async () =>
        new Map(['client', ...Object.keys(NODES)].map((name) => [name, lan.machine(name)]));
      const emit = (event: RolloutEvent) => void events.push(eventSchema.parse(event));
      return new ProofOfVip({ access: { lab, bundle, open }, knownHosts: pinned, emit, signal });
    }

    const of = <Name extends RolloutEvent['event']>(name: Name) =>
      events.filter((event): event is EventOf<Name> => event.event === name);
    const mac = (name: string) => lan.exec(name, 'cat /sys/class/net/eth0/address').trim();
    const drop = (what: string) => {
      lan.exec('lan', 'nft add table bridge f && nft "add chain bridge f c { type filter hook forward priority 0; }"');
      lan.exec('lan', `nft add rule bridge f c ${what} drop`);
    };
    const pass = () => void lan.exec('lan', 'nft delete table bridge f');
    const lent = () => Object.keys(NODES).filter((name) => lan.exec(name, 'ip -o addr').includes('10.77.0.20'));

    it('reaches a spare address at one worker, then at the other, each by its MAC address and its pinned host key', async () => {
      const lives: string[] = [];
      const watch = setInterval(() => lives.push(lan.exec('k8s-worker1', 'ip -4 addr show dev eth0')), 200);
      const outcome = await proof().run();
      clearInterval(watch);
      // whatever becomes of Hoplab or of the connection, the kernel takes it off
      const secondsLeft = lives.flatMap((text) => /10\.77\.0\.202\/32.*\n\s+valid_lft (\d+)sec/.exec(text)?.[1] ?? []);
      expect(Math.max(...secondsLeft.map(Number))).toBeLessThanOrEqual(60);
      expect(secondsLeft).not.toEqual([]);
      expect(outcome).toMatchObject({ status: 'done', changes: 4, checks: { passed: 5, failed: 0 } });
      const moved = of('check-finished').filter(({ check }) => check.startsWith('reached-at-'));
      expect(moved.map(({ check }) => check)).toEqual(['reached-at-k8s-worker1', 'reached-at-k8s-worker2']);
      for (const [index, name] of ['k8s-worker1', 'k8s-worker2'].entries()) {
        const [key] = await knownHosts.lookup(NODES[name as keyof typeof NODES], 22);
        expect(moved[index]?.actual.en).toBe(`${key?.fingerprint ?? ''} (${name}); MAC ${mac(name)}`);
        expect(moved[index]?.evidence.map(({ stdout }) => stdout).join('')).toContain(mac(name));
      }
      expect(new Set(of('change-started').map(({ change }) => change)).size).toBe(4);
      expect(lent()).toEqual([]);
    });

    it('takes the address off when it is cancelled', async () => {
      const stop = new AbortController();
      const running = proof({ signal: stop.signal });
      const watch = setInterval(() => {
        if (of('change-finished').length === 1) stop.abort();
      }, 5);
      expect(await running.run()).toMatchObject({ status: 'cancelled' });
      clearInterval(watch);
      expect(of('change-started').map(({ sentence }) => sentence.en)).toEqual([
        `Put ${SPARE} on k8s-worker1 (eth0) for at most 60 s`,
        `Take ${SPARE} off k8s-worker1 again`,
      ]);
      expect(lent()).toEqual([]);
    });

    it('takes another address where one is in use, and refuses where all are; nothing is changed then', async () => {
      lan.join('printer', '10.77.0.99');
      lan.exec('printer', `ip addr add ${SPARE}/24 dev eth0`);
      expect(await proof().run()).toMatchObject({ status: 'done' });
      expect(of('change-started')[0]?.sentence.en).toContain('10.77.0.201');
      events = [];
      const refused = await proof({ pool: `${SPARE}-${SPARE}` }).run();
      expect(refused).toMatchObject({ status: 'failed', changes: 0 });
      expect(refused.explanation?.title.en).toBe(
        `No address of ${SPARE}-${SPARE} is free to be lent: in use are ${SPARE} (${mac('printer')})`,
      );
      lan.exec('printer', `ip addr del ${SPARE}/24 dev eth0`);
    });

    it('says why a network that drops ARP for addresses it did not give out brings nothing, and offers three ways out', async () => {
      drop(`arp saddr ip ${SPARE}`);
      const outcome = await proof().run();
      pass();
      expect(outcome).toMatchObject({ status: 'failed', checks: { failed: 1 } });
      const failed = of('check-finished').find(({ status }) => status === 'failed');
      expect(failed?.check).toBe('reached-at-k8s-worker1');
      expect(failed?.meaning.en).toContain('its answer to ARP does not arrive here');
      expect(failed?.remedy?.en).toContain('`sudo ip route add 10.77.0.200/32 via 10.77.0.11`');
      expect(failed?.remedy?.en).toContain('`hoplab up --to node-port`, and http://10.77.0.11:30080');
      expect(lent()).toEqual([]);
    });

    it('says that packets are filtered where ARP is answered and no connection comes about', async () => {
      drop(`ip daddr ${SPARE}`);
      await proof().run();
      pass();
      const failed = of('check-finished').find(({ status }) => status === 'failed');
      expect(failed?.meaning.en).toContain('passes ARP and drops packets');
      expect(failed?.actual.en).toContain(mac('k8s-worker1'));
    });

    it('says that a failover would not be noticed where the announcement of a move is dropped', async () => {
      drop(`arp operation request arp saddr ip ${SPARE} arp daddr ip ${SPARE}`);
      await proof().run();
      pass();
      const failed = of('check-finished').find(({ status }) => status === 'failed');
      expect(failed?.check).toBe('reached-at-k8s-worker2');
      expect(failed?.meaning.en).toContain('Packets still go to the machine that had the address before');
      expect(failed?.actual.en).toContain(mac('k8s-worker1'));
      expect(lent()).toEqual([]);
    });

    it('is not fooled by another SSH server: the key is none of the lab', async () => {
      const others = new KnownHosts(join(await tempFolder(), 'known_hosts'));
      for (const [index, address] of Object.values(NODES).entries()) {
        const key = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36, index)]);
        await others.pin(address, 22, key);
      }
      expect(await proof({ pinned: others }).run()).toMatchObject({ status: 'failed', changes: 0 });
      const failed = of('check-finished').find(({ status }) => status === 'failed');
      expect(failed?.actual.en).toMatch(/^SHA256:\S+ \(no node of this lab\)$/);
    });

    it('refuses nodes with the same host key: it would not tell them apart', async () => {
      const same = new KnownHosts(join(await tempFolder(), 'known_hosts'));
      const [key] = await knownHosts.lookup('10.77.0.10', 22);
      for (const address of Object.values(NODES)) await same.pin(address, 22, key?.key ?? Buffer.alloc(0));
      const { explanation } = await proof({ pinned: same }).run();
      expect(explanation?.title.en).toContain('k8s-master and k8s-worker1 have the same SSH host key');
      expect(of('change-started')).toEqual([]);
    });

    it.each(['python3', 'perl'])('announces a move by %s: the client sends to the new machine at once', (program) => {
      const folder = mkdtempSync(join(tmpdir(), 'hoplab-path-'));
      for (const name of [program, 'ip', 'cut']) {
        symlinkSync(
          execFileSync('sh', ['-c', `command -v /usr/bin/${name} || command -v /sbin/${name} || command -v ${name}`], {
            encoding: 'utf8',
          }).trim(),
          join(folder, name),
        );
      }
      lan.exec('client', `ip neigh replace ${SPARE} lladdr ${mac('k8s-worker1')} dev eth0 nud stale`);
      const command = announce('eth0', gratuitousArp(mac('k8s-worker2'), SPARE));
      lan.exec('k8s-worker2', `PATH=${folder}; ${command}`);
      expect(lan.exec('client', `ip neigh show ${SPARE}`)).toContain(mac('k8s-worker2'));
      rmSync(folder, { recursive: true });
    });
  },
);
