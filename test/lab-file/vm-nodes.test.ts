import { describe, expect, it } from 'vitest';
import { labFileTemplate } from '../../src-main/lab/lab-file-template.ts';
import { localDisk } from '../../src-main/lab/lab-disk.ts';
import { labOf, problemsOf, sentences } from './example.ts';

const alone = (machines: string, rest = '') => `lab: shortener\nmachines: ${machines}\n${rest}`;

describe('a lab of VMs', () => {
  it('needs to say only what makes them: names, addresses, user and pool follow', () => {
    const lab = labOf(alone('{ provider: libvirt }'));
    expect(lab.nodes.map(({ name, role, address }) => `${name} ${role} ${address}`)).toEqual([
      'k8s-master control-plane 192.168.123.10',
      'k8s-worker1 worker 192.168.123.11',
      'k8s-worker2 worker 192.168.123.12',
    ]);
    expect(lab.loadBalancer).toEqual({ pool: '192.168.123.200-192.168.123.250', vip: '192.168.123.200' });
    expect(lab.nodes[0]?.ssh).toMatchObject({ user: 'hoplab', agent: false, password: false });
    expect(lab.nodes[0]?.ssh.key).toBeUndefined(); // Hoplab's own, which the lab file does not know
    expect(lab.machines).toEqual({
      provider: 'libvirt',
      cpus: 2,
      memory: 2048,
      disk: 20,
      image: { name: 'debian-12' },
    });
  });

  it('takes what it states: count, size, image, network', () => {
    const asked = '{ provider: lima, count: 2, cpus: 4, memory: 1900MiB, disk: 8GiB, image: ./my.qcow2 }';
    const lab = labOf(alone(asked, 'lan: 10.9.8.0/24\n'));
    expect(lab.nodes.map(({ address }) => address)).toEqual(['10.9.8.110', '10.9.8.111']);
    expect(lab.machines).toMatchObject({ cpus: 4, memory: 1900, disk: 8, image: { file: '/labs/my.qcow2' } });
  });

  it('takes nodes that are stated as they are', () => {
    const nodes =
      'nodes:\n  - { name: one, role: control-plane, address: 10.9.8.7 }\nloadBalancer: { pool: 10.9.8.99-10.9.8.99 }\n';
    expect(labOf(alone('{ provider: multipass }', nodes)).nodes).toMatchObject([{ name: 'one', address: '10.9.8.7' }]);
  });

  it.each([
    [
      'another number of nodes',
      '{ provider: libvirt, count: 2 }',
      'nodes:\n  - { name: a, role: control-plane, address: 10.9.8.7 }\nloadBalancer: { pool: 10.9.8.99-10.9.8.99 }\n',
      'machines.count: There are 1 nodes, and not 2. Remove count: nodes says it.',
    ],
    [
      'too little memory',
      '{ provider: libvirt, memory: 1GiB }',
      '',
      'machines.memory: 1GiB is too little memory for a control plane: kubeadm wants 1700 MiB of what the kernel leaves. Write at least 1800MiB.',
    ],
    [
      'no amount of memory',
      '{ provider: libvirt, memory: 2G }',
      '',
      'machines.memory: "2G" is not an amount of memory. Write it as 2GiB or 1800MiB, at least 1800MiB.',
    ],
    [
      'one processor',
      '{ provider: libvirt, cpus: 1 }',
      '',
      'machines.cpus: "1" is not a number of processors for a VM. Write a whole number from 2 to 64, without quotes: kubeadm wants two for a control plane.',
    ],
    [
      'a provider that there is not',
      '{ provider: libvrt }',
      '',
      'machines.provider: "libvrt" is not one of the possible values. Did you mean libvirt?',
    ],
    [
      'an image that is unknown',
      '{ provider: libvirt, image: debian-11 }',
      '',
      'machines.image: "debian-11" is not an image that Hoplab knows. Write debian-12, debian-13, ubuntu-24.04, or the path of a cloud image such as ./image.qcow2.',
    ],
    [
      'a network that is too small',
      '{ provider: libvirt }',
      'lan: 10.9.8.0/26\n',
      'lan: 10.9.8.0/26 is too small for the addresses that Hoplab would choose. Write a network of at least /24, or state nodes and loadBalancer.',
    ],
    [
      'Multipass without addresses',
      '{ provider: multipass }',
      '',
      'machines.provider: The addresses of the nodes are not known: Multipass chooses them when it makes its VMs.',
    ],
  ])('is refused with %s', (_, machines, rest, sentence) => {
    const said = sentences(problemsOf(alone(machines, rest))).map((one) => one.replace(/^\d+:\d+ /, ''));
    expect(said.some((one) => one.startsWith(sentence))).toBe(true);
  });

  it('of Multipass without addresses is refused in one sentence', () => {
    expect(problemsOf(alone('{ provider: multipass }'))).toHaveLength(1);
    expect(problemsOf(alone('{ provider: multipass, count: 99 }')).map(({ path }) => path)).toEqual(['machines.count']);
  });

  it('is refused where its image is not there', () => {
    const [problem = ''] = sentences(
      problemsOf(alone('{ provider: libvirt, image: ./none.qcow2 }'), { disk: localDisk }),
    );
    expect(problem).toMatch(/^2:39 machines\.image: \.\/none\.qcow2 /);
  });

  it('is written with every name and address by the answers of init, and read back', () => {
    const text = labFileTemplate({ nodes: [], machines: { provider: 'libvirt', count: 2 }, lan: '192.168.124.0/24' });
    const lab = labOf(text);
    expect(text).toContain('- { name: k8s-worker1, role: worker, address: 192.168.124.11 }');
    expect(lab.nodes).toHaveLength(2);
    expect(lab.lan).toBe('192.168.124.0/24');
    expect(lab.loadBalancer.vip).toBe('192.168.124.200');
  });
});
