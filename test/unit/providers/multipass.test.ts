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

  it('says which address a VM has now, when Multipass gave it another one', async () => {
    await start();
    await run().stop();
    fake.tell('network', '192.168.2');
    const outcome = await run().start();
    expect(outcome.explanation?.title.en).toBe(
      'Multipass gave VMs other addresses than those in the lab file (k8s-master: 192.168.64.2 → 192.168.2.2, k8s-worker1: 192.168.64.3 → 192.168.2.3)',
    );
    expect(outcome.explanation?.remedy.en).toContain('Correct the addresses under nodes in the lab file');
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
