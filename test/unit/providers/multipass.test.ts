import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { multipass } from '../../../src-main/providers/multipass/multipass.ts';
import type { VmLab } from '../../../src-main/providers/provider.ts';
import { FakeVms, vmLabText } from '../../fake-programs/fake-vms.ts';

const NODES = [
  'nodes:',
  '  - { name: k8s-master, role: control-plane, address: 192.168.64.2 }',
  '  - { name: k8s-worker1, role: worker, address: 192.168.64.3 }',
  'loadBalancer: { pool: 192.168.64.200-192.168.64.250 }',
];

const PROVISIONAL = [
  '# mine',
  'nodes:',
  '  - { name: k8s-master, role: control-plane, address: 192.168.64.11 } # the first',
  '  - { name: k8s-worker1, role: worker, address: 192.168.64.12 }',
  'loadBalancer: { pool: 192.168.64.200-192.168.64.250 }',
];
const NODES_WITH_COMMENT = PROVISIONAL.map((line) => line.replace('.64.11', '.64.2').replace('.64.12', '.64.3'));

/** The blob of a key that is no VM's. */
const OTHER_KEY = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'base64');

describe('the VMs of a lab by Multipass', { timeout: 180_000 }, () => {
  let fake: FakeVms;
  let lab: VmLab;
  beforeEach(() => {
    fake = new FakeVms('multipass');
    lab = fake.lab(vmLabText('multipass', 'shortener', NODES));
  });
  afterEach(() => fake.close());

  const states = async () =>
    (await multipass.look(fake.computer, lab)).map(({ state, snapshots }) => [state, ...snapshots].join(' '));
  const run = () => fake.run(multipass, lab).run;
  const first = () => join(fake.folder, 'multipass', 'hoplab-shortener-k8s-master.json');

  async function start() {
    const outcome = await run().start();
    expect(outcome.explanation?.title.en).toBeUndefined();
    return outcome;
  }

  it('makes, stops, starts, keeps, brings back and deletes them', async () => {
    expect((await start()).changes).toBe(2);
    expect(await states()).toEqual(['running', 'running']);
    await run().stop();
    expect(await states()).toEqual(['stopped', 'stopped']);
    expect(await run().snapshot('clean')).toMatchObject({ status: 'done' });
    writeFileSync(first(), readFileSync(first(), 'utf8').replace('"disk":"an image"', '"disk":"spoiled"'));
    expect(await run().restore('clean')).toMatchObject({ status: 'done' });
    expect(readFileSync(first(), 'utf8')).toContain('"disk":"an image"');
    expect(await states()).toEqual(['running clean', 'running clean']);
    expect(await run().delete()).toMatchObject({ status: 'done' });
    expect(await states()).toEqual(['missing', 'missing']);
  });

  it('says that the VIP is not reachable, and how far to go', async () => {
    expect((await multipass.remark(fake.computer))?.en).toContain('The VIP is not reachable here');
    expect((await multipass.remark(fake.computer))?.en).toContain('hoplab up --to node-port');
  });

  it('says what is missing, with the command that the user types', async () => {
    expect(await multipass.missing(fake.computer)).toEqual([]);
    fake.tell('no-service');
    expect((await multipass.missing(fake.computer))[0]).toMatchObject({ command: 'open -a Multipass', root: false });
    process.env['PATH'] = '/usr/bin:/bin';
    expect((await multipass.missing(fake.computer))[0]?.what.en).toBe('multipass is not installed');
  });

  const pinned = (address: string) => fake.knownHosts.lookup(address, 22);
  const text = () => readFileSync(lab.file, 'utf8');
  const ADDRESS_OF_MASTER = 'address: 192.168.64.2 }';

  it('puts the addresses that Multipass gave into the lab file, and pins the host keys there', async () => {
    fake.tell('network', '192.168.64');
    lab = fake.lab(vmLabText('multipass', 'shortener', PROVISIONAL));
    await fake.knownHosts.pin('192.168.64.11', 22, OTHER_KEY);
    const { run: making, events } = fake.run(multipass, lab);
    expect(await making.start()).toMatchObject({ status: 'done', changes: 2 });
    expect(text()).toBe(vmLabText('multipass', 'shortener', NODES_WITH_COMMENT));
    expect(JSON.stringify(events)).toContain(
      'The lab file has the addresses now that the VMs were given (k8s-master: 192.168.64.11 → 192.168.64.2, k8s-worker1: 192.168.64.12 → 192.168.64.3)."',
    );
    const { hostKey = '' } = JSON.parse(readFileSync(first(), 'utf8')) as { hostKey?: string };
    expect((await pinned('192.168.64.2')).map(({ key }) => key.toString('base64'))).toEqual([hostKey.split(' ')[1]]);
    expect((await pinned('192.168.64.11')).map(({ key }) => key)).toEqual([OTHER_KEY]); // another machine's
  });

  it('corrects them again when a VM has moved, and says what a cluster needs', async () => {
    await start();
    await run().stop();
    fake.tell('network', '192.168.2');
    const before = text();
    const { run: starting, events } = fake.run(multipass, lab);
    const refused = await starting.start();
    // the pool is where the network was
    expect(refused.explanation?.title.en).toBe(
      'The VMs were given addresses that the lab file cannot take as it is (k8s-master: 192.168.64.2 → 192.168.2.2, k8s-worker1: 192.168.64.3 → 192.168.2.3)',
    );
    expect(refused.explanation?.remedy.en).toContain('loadBalancer.pool: ');
    expect(text()).toBe(before);
    expect(await pinned('192.168.2.2')).toEqual([]);
    lab = fake.lab(
      before
        .replace('192.168.64.200-192.168.64.250', '192.168.2.200-192.168.2.250')
        .replace('source', 'lan: 192.168.0.0/17\nsource'),
    );
    const again = fake.run(multipass, lab);
    expect(await again.run.start()).toMatchObject({ status: 'done' });
    expect(JSON.stringify([...events, ...again.events])).toContain('A cluster that was rolled out holds the old ones');
    expect(text()).toContain('address: 192.168.2.2 }');
    expect(await pinned('192.168.2.2')).toHaveLength(1);
  });

  it('leaves the lab file as it is where a VM does not show the key that is pinned for it', async () => {
    await start();
    const spoiled = JSON.parse(readFileSync(first(), 'utf8')) as object;
    writeFileSync(
      first(),
      JSON.stringify({ ...spoiled, ipv4: '192.168.64.77', hostKey: `ssh-ed25519 ${OTHER_KEY.toString('base64')}` }),
    );
    const before = text();
    const outcome = await run().start();
    expect(outcome.explanation?.title.en).toBe(
      'Whether the VM at 192.168.64.77 is k8s-master of this lab is not known: it does not show the host key that is pinned for it',
    );
    expect(text()).toBe(before);
    expect(await pinned('192.168.64.77')).toEqual([]);
  });

  it('leaves the VMs of another lab file alone that has the same name', async () => {
    await start();
    lab = fake.lab(vmLabText('multipass', 'shortener', PROVISIONAL), 'other');
    const before = text();
    for (const verb of ['start', 'stop', 'delete'] as const) {
      expect((await run()[verb]()).explanation?.title.en).toContain(
        'hoplab-shortener-k8s-master that is not of this lab',
      );
    }
    expect(text()).toBe(before);
    expect(await states()).toEqual(['running', 'running']);
  });

  it('pins the keys where the run before was cut off between the VMs and the lab file', async () => {
    await start();
    await fake.knownHosts.forgetHost('192.168.64.2', 22);
    await start();
    expect(await pinned('192.168.64.2')).toHaveLength(1);
    expect(text()).toContain(ADDRESS_OF_MASTER);
  });

  it('forgets the keys of VMs that it deletes', async () => {
    await start();
    await run().delete();
    expect(await fake.knownHosts.list()).toEqual([]);
  });

  it('keeps the private host key out of what is told', async () => {
    const { run: making, events } = fake.run(multipass, lab);
    await making.start();
    expect(JSON.stringify(events)).toContain('--cloud-init -');
    expect(JSON.stringify(events)).not.toContain('PRIVATE KEY');
  });

  it.each([
    ['fail-launch', 'No space left on device', 'The disk is full.'],
    ['fail-launch', 'timed out waiting for initialization to complete', 'The VM started and was not ready in time.'],
  ])('explains what Multipass says: %s %s', async (file, message, reason) => {
    fake.tell(file, message);
    expect(await run().start()).toMatchObject({ status: 'failed', explanation: { reason: { en: reason } } });
    fake.forget(file);
    await start();
  });

  it('turns a VM off that does not shut down', async () => {
    await start();
    fake.tell('fail-stop', 'timed out waiting for shutdown');
    expect(await run().stop()).toMatchObject({ status: 'done' });
    expect(await states()).toEqual(['stopped', 'stopped']);
  });
});
