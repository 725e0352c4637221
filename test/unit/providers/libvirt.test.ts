import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../src-main/plan/plan.ts';
import { domains, ground } from '../../../src-main/providers/libvirt/virsh.ts';
import { domainXml, macOf, networkXml } from '../../../src-main/providers/libvirt/libvirt-xml.ts';
import * as plans from '../../../src-main/providers/libvirt/libvirt-plans.ts';
import { vmLabel, type VmLab } from '../../../src-main/providers/provider.ts';
import { labOf } from '../../lab-file/example.ts';

const lab = labOf('lab: shortener\nmachines: { provider: libvirt, count: 2 }\n') as VmLab;
const [node] = lab.nodes;
const label = vmLabel(lab);
const printed = (stdout: string) => ({ stdout, stderr: '', exitCode: 0 });
const materials = { image: '/cache/it.qcow2', imageName: 'it-1', userData: () => '#cloud-config\nsecret', kvm: true };

describe('what virsh says', () => {
  it('is read VM by VM: running, stopped, missing, another lab’s, not understood', () => {
    const answer = (state: string, whose = label) => `vm v\nstate ${state}\nlabel ${whose}\nsnapshot one\n`;
    const read = (block: string) => domains(lab).parse(printed(`${block}vm w\nmissing\nend\n`))[0];
    expect(read(answer('running'))).toMatchObject({ state: 'running', snapshots: ['one'] });
    expect(read(answer('shut off'))).toMatchObject({ state: 'stopped' });
    expect(read(answer('paused'))).toMatchObject({ state: 'unknown', said: 'paused' });
    expect(read(answer('running', 'Hoplab lab shortener: /other/lab.yaml'))).toMatchObject({ state: 'foreign' });
    expect(read('vm v\nmissing\n')).toMatchObject({ state: 'missing' });
  });

  it('is no answer where it breaks off: nothing is taken to be missing', () => {
    expect(() => domains(lab).parse(printed('vm v\nmissing\n'))).toThrow('breaks off');
    expect(() => ground(lab).parse(printed('pool running\n'))).toThrow('breaks off');
  });
});

describe('a network', () => {
  it('has an address for each node and for no one else', () => {
    const xml = networkXml(lab);
    expect(xml).toContain('<ip address="192.168.123.1" prefix="24">');
    expect(xml.match(/<host [^>]*>/g)).toHaveLength(2);
    expect(xml).not.toContain('<range');
  });

  it('that is there gets the addresses that it lacks', () => {
    const found = { pool: 'active', network: 'active', reserved: [macOf(lab, 'k8s-master')], volumes: [] } as const;
    const changes = changesOf(plans.makeNetwork(lab, found));
    expect(changes.map(({ sentence }) => sentence.en)).toEqual([
      'Keep 192.168.123.11 for k8s-worker1 on the network "hoplab-shortener"',
    ]);
  });
});

describe('an address', () => {
  it('is free again when its VM is gone, where the network kept it', () => {
    const [, worker] = lab.nodes;
    if (!worker) throw new Error('no worker');
    const changes = plans.freeAddresses(lab, [worker], [macOf(lab, 'k8s-master'), macOf(lab, worker.name)]);
    expect(changes.map(({ sentence }) => sentence.en)).toEqual([
      'Free 192.168.123.11 on the network "hoplab-shortener"',
    ]);
    expect(changes[0]?.command).toContain(' delete ip-dhcp-host ');
    expect(plans.freeAddresses(lab, [worker], [macOf(lab, 'k8s-master')])).toEqual([]);
  });
});

describe('a VM', () => {
  if (!node) throw new Error('a lab has nodes');

  it('is labelled with the lab file that it belongs to, and escaped', () => {
    const odd = { ...lab, file: '/a & b/<lab>.yaml' };
    expect(domainXml(odd, node, { kvm: true })).toContain(
      '<description>Hoplab lab shortener: /a &amp; b/&lt;lab&gt;.yaml</description>',
    );
  });

  it('keeps its MAC address when it is made anew, and no two nodes have the same', () => {
    expect(macOf(lab, 'k8s-master')).toBe(macOf(lab, 'k8s-master'));
    expect(macOf(lab, 'k8s-master')).not.toBe(macOf(lab, 'k8s-worker1'));
  });

  it('gets its secrets as input, and not in a command', async () => {
    const changes = changesOf(plans.makeVm(lab, node, materials));
    expect(changes.map(({ command }) => command).join('\n')).not.toContain('secret');
    const inputs = await Promise.all(
      changes.map(({ input }) => (typeof input === 'function' ? input() : Promise.resolve(input))),
    );
    expect(inputs.filter((input) => String(input?.content).includes('secret'))).toHaveLength(1);
  });

  it('has its image copied anew where the last copy was cut off', () => {
    const whole = ['base-it-1.qcow2', 'base-it-1.complete'];
    const found = (volumes: readonly string[]) =>
      ({ pool: 'active', network: 'active', reserved: [], volumes }) as const;
    expect(changesOf(plans.copyImage(materials, found(whole)))).toEqual([]);
    expect(changesOf(plans.copyImage(materials, found(whole.slice(0, 1))))).toHaveLength(1);
  });
});
