import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { LabVms } from '../../../src-main/engine/lab-vms.ts';
import { FakeVms, vmLabText } from '../../fake-programs/fake-vms.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, until, type Client } from './example-engine.ts';

let fake: FakeVms;
let engine: Engine;
let client: Client;
let file: string;
beforeEach(async () => {
  fake = new FakeVms('multipass');
  fake.replace('ip', 'exit 1');
  const made = await exampleEngine(sampledLab, sampled);
  ({ engine, client } = made);
  file = join(made.home, 'moving', 'lab.yaml');
});
afterEach(async () => {
  await engine.close();
  await fake.close();
});

const answers = () => ({
  lab: 'moving',
  nodes: [],
  user: '',
  machines: { provider: 'multipass' as const, count: 1, image: fake.image },
});

describe('a lab of VMs that get their addresses from Multipass', { timeout: 60_000 }, () => {
  it('is refused in one sentence, beside what makes the VMs, until the network is known', async () => {
    const { problems, vms } = await client.labs.compose({ answers: answers(), file });
    expect(problems.map(({ path }) => path)).toEqual(['machines.provider']);
    expect(problems[0]?.text.en).toContain('The network of Multipass on this computer is not known');
    expect(vms).toBeNull();
  });

  it('has its file corrected by a start, and opens as it is then, with the log of that run', async () => {
    fake.tell('network', '192.0.2');
    fake.instance('primary', { state: 'Running', ipv4: '192.0.2.5' });
    const { id: lab } = await client.labs.create({ file, answers: answers(), replace: false });
    const before = await client.lab.open({ lab });
    expect(before.machines).not.toBeNull();
    const { rollout } = await client.rollouts.start({ lab, verb: 'start' });
    // nothing answers SSH there: it would wait for that
    await until(
      await client.lab.watch({ lab }),
      (all) => all.at(-1)?.outdated === true || all.at(-1)?.rollout === null,
    );
    await client.rollouts.cancel({ lab });
    expect(readFileSync(file, 'utf8')).toContain('address: 192.0.2.6 }');
    const after = await client.lab.open({ lab });
    expect(JSON.stringify(after)).toContain('192.0.2.6');
    expect(JSON.stringify(after)).not.toContain('192.0.2.11');
    const [state] = await until(await client.lab.watch({ lab }), (all) => all.length === 1);
    expect(state).toMatchObject({ outdated: false, rollout: null });
    const log = await until(await client.rollouts.watch({ lab }), (all) => all.length > 0);
    expect(log[0]).toMatchObject({ rollout, from: 0 });
  });

  it('is rolled out with the addresses that its file has then', async () => {
    const nodes = [
      'nodes: [{ name: k8s-master, role: control-plane, address: 192.168.64.11 }]',
      'loadBalancer: { pool: 192.168.64.250-192.168.64.254 }',
    ];
    const lab = fake.lab(vmLabText('multipass', 'moving', nodes));
    const reached: string[] = [];
    const vms = new LabVms(lab, {
      home: join(fake.folder, 'home'),
      knownHosts: fake.knownHosts,
      open: async () => new Map(),
      image: () => async () => ({ image: fake.image, imageName: 'debian-12-0123456789ab' }),
      access: async (corrected) => {
        reached.push(...corrected.nodes.map(({ address }) => address));
        throw new Error('far enough');
      },
    });
    await expect(vms.plan()).resolves.toMatchObject({ stage: 'machines' });
    const asked = { verb: 'up', stage: 'connect' } as const;
    const work = vms.up(asked, () => Promise.reject(new Error('the addresses that were there when it was opened')));
    const { signal } = new AbortController();
    await expect(work({ id: 'run', emit: () => undefined, signal })).rejects.toThrow('far enough');
    expect(reached).toEqual(['192.168.64.2']);
    expect((await vms.list()).machines).toMatchObject([{ address: '192.168.64.2', state: 'running' }]);
  });

  it('is not planned while its VMs run with other addresses', async () => {
    const lab = fake.lab(
      vmLabText('multipass', 'moving', [
        'nodes: [{ name: k8s-master, role: control-plane, address: 192.168.64.11 }]',
        'loadBalancer: { pool: 192.168.64.250-192.168.64.254 }',
      ]),
    );
    fake.instance('hoplab-moving-k8s-master', { state: 'Running', ipv4: '192.168.64.7' });
    const unused = () => Promise.reject(new Error('unused'));
    const vms = new LabVms(lab, {
      home: fake.folder,
      knownHosts: fake.knownHosts,
      open: unused,
      image: () => unused,
      access: unused,
    });
    await expect(vms.plan()).rejects.toThrow(
      'The VMs were given other addresses than those in the lab file (k8s-master: 192.168.64.11 → 192.168.64.7)',
    );
  });
});
