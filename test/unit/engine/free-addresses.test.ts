import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LabAnswers } from '../../../src-main/contract/labs.ts';
import { overlap, parseCidr } from '../../../src-main/lab/ipv4.ts';
import { vmPlan } from '../../../src-main/lab/vm-plan.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, type Client } from './example-engine.ts';

let client: Client;
let home: string;
beforeEach(async () => ({ client, home } = await exampleEngine(sampledLab, sampled)));

const answers = (provider: 'libvirt' | 'lima', lab: string, count = 2): LabAnswers => ({
  lab,
  nodes: [],
  user: '',
  machines: { provider, count },
});

const file = (lab: string): string => join(home, lab, 'lab.yaml');

async function vmsOf(provider: 'libvirt' | 'lima', lab: string, count?: number) {
  const { vms, problems } = await client.labs.compose({ answers: answers(provider, lab, count), file: file(lab) });
  expect(problems).toEqual([]);
  return vms;
}

const create = (provider: 'libvirt' | 'lima', lab: string) =>
  client.labs.create({ file: file(lab), answers: answers(provider, lab), replace: false });

describe('the VMs of a new lab', () => {
  it('are told with names and addresses before anything is made', async () => {
    expect(await vmsOf('lima', 'one')).toEqual({
      machines: [
        { name: 'k8s-master', role: 'control-plane', address: '192.168.105.110', vm: 'hoplab-one-k8s-master' },
        { name: 'k8s-worker1', role: 'worker', address: '192.168.105.111', vm: 'hoplab-one-k8s-worker1' },
      ],
      lan: '192.168.105.0/24',
      pool: '192.168.105.200-192.168.105.250',
      vip: '192.168.105.200',
    });
  });

  it('of libvirt are on a network that neither this computer nor a known lab has', async () => {
    const first = (await vmsOf('libvirt', 'one'))?.lan ?? '';
    await create('libvirt', 'one');
    expect((await vmsOf('libvirt', 'one'))?.lan).toBe(first); // the lab's own
    const second = (await vmsOf('libvirt', 'two'))?.lan ?? '';
    expect(second).not.toBe(first);
    for (const { cidr } of Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])) {
      if (cidr !== null && !cidr.includes(':')) expect(overlap(parseCidr(cidr), parseCidr(second))).toBe(false);
    }
  });

  it('of Lima share a network, where each has addresses and a pool of its own', async () => {
    await create('lima', 'one');
    const second = await vmsOf('lima', 'two');
    expect(second?.machines.map(({ address }) => address)).toEqual(['192.168.105.112', '192.168.105.113']);
    expect(second).toMatchObject({ pool: '192.168.105.190-192.168.105.199', vip: '192.168.105.190' });
  });

  it('are as many as a lab can have', async () => {
    for (const count of [0, 21, 1e9]) {
      const { problems, vms } = await client.labs.compose({ answers: answers('libvirt', 'one', count) });
      expect(vms).toBeNull();
      expect(problems.map(({ path }) => path)).toEqual(['machines.count']);
    }
  });
});

describe('a plan of VMs', () => {
  it('passes over networks that are taken', () => {
    const taken = { interfaces: [parseCidr('192.168.123.1/24')], labs: [parseCidr('192.168.124.17/32')] };
    expect(vmPlan({ provider: 'libvirt', count: 1 }, undefined, taken)).toMatchObject({
      lan: '192.168.125.0/24',
      nodes: [{ address: '192.168.125.10' }],
      pool: '192.168.125.200-192.168.125.250',
    });
  });

  it('takes the network that is stated', () => {
    const taken = { interfaces: [], labs: [parseCidr('10.1.2.0/24')] };
    expect(vmPlan({ provider: 'libvirt' }, '10.1.2.0/24', taken)?.lan).toBe('10.1.2.0/24');
  });

  it('of Multipass is on the network that is known, with what no other lab has', () => {
    expect(vmPlan({ provider: 'multipass' })).toBeUndefined();
    const taken = { interfaces: [], labs: [parseCidr('192.168.64.11/32'), parseCidr('192.168.64.250/32')] };
    expect(vmPlan({ provider: 'multipass', count: 1 }, '192.168.64.0/24', taken)).toEqual({
      nodes: [{ name: 'k8s-master', role: 'control-plane', address: '192.168.64.12' }],
      lan: '192.168.64.0/24',
      pool: '192.168.64.245-192.168.64.249',
    });
  });

  it('begins anew on a network of which no address is left', () => {
    const taken = { interfaces: [], labs: [parseCidr('192.168.105.0/24')] };
    expect(vmPlan({ provider: 'lima', count: 1 }, undefined, taken)).toMatchObject({
      nodes: [{ address: '192.168.105.110' }],
      pool: '192.168.105.200-192.168.105.250',
    });
  });
});
