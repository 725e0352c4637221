import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labFileTemplate, type LabFileAnswers } from '../../src-main/lab/lab-file-template.ts';
import { labOf, problemsOf } from './example.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const user = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,10}$/);
const path = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !/[\u0000-\u001f\u007f]/.test(text));
const octets = fc.uniqueArray(fc.integer({ min: 1, max: 254 }), { minLength: 2, maxLength: 9 });
const lan: fc.Arbitrary<readonly [number, number, number]> = fc.oneof(
  fc.tuple(fc.constantFrom(10), fc.nat(255), fc.nat(255)),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255)),
  fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255)),
);
const reserved = new Set(['client', 'localhost']);
const isName = (name: string): boolean => !reserved.has(name) && !/^[0-9.]+$/.test(name);

const answers: fc.Arbitrary<LabFileAnswers> = fc
  .record(
    {
      language: fc.constantFrom('en' as const, 'ja' as const),
      lab: label.map((name) => `l${name}`),
      lan,
      octets,
      names: fc.uniqueArray(label.filter(isName), { minLength: 9, maxLength: 9 }),
      user,
      port: fc.integer({ min: 1, max: 65_535 }),
      key: path,
      agent: fc.boolean(),
      password: fc.boolean(),
      sudo: fc.constantFrom('passwordless' as const, 'password' as const),
      remoteClient: fc.boolean(),
      zone: label.map((name) => `${name}.example.com`),
      bundle: path,
      kubeadmOverrides: path,
      schema: fc.constant('./lab.schema.json'),
    },
    { requiredKeys: ['lan', 'octets', 'user'] },
  )
  .map(({ lan: [a, b, c], octets: [first = 1, ...rest], names, remoteClient, ...others }) => {
    const address = (octet: number): string => `${a}.${b}.${c}.${octet}`;
    const machines = remoteClient ? rest : [first, ...rest];
    const nodes = machines.map((octet, index) => ({ address: address(octet), ...named(names?.[index]) }));
    return { ...others, nodes, ...(remoteClient && { client: { address: address(first) } }) };
  });

const named = (name: string | undefined): { name?: string } => (name === undefined ? {} : { name });

describe('the lab file that init writes', () => {
  it('is a lab with what was answered', () => {
    fc.assert(
      fc.property(answers, (answered) => {
        const lab = labOf(labFileTemplate(answered));
        expect(lab.name).toBe(answered.lab ?? 'shortener');
        expect(lab.nodes.map(({ address }) => address)).toEqual(answered.nodes.map(({ address }) => address));
        for (const [index, { name }] of answered.nodes.entries()) {
          if (name !== undefined) expect(lab.nodes[index]?.name).toBe(name);
        }
        expect(lab.dns.zone).toBe(answered.zone ?? 'k8s.local');
        const [control] = lab.nodes;
        expect(control?.ssh).toMatchObject({
          user: answered.user,
          port: answered.port ?? 22,
          agent: answered.agent ?? false,
          sudo: answered.sudo ?? 'passwordless',
        });
      }),
      { numRuns: 500 },
    );
  });

  it('has names, a pool and a VIP by default', () => {
    const nodes = [{ address: '192.168.2.10' }, { address: '192.168.2.11' }, { address: '192.168.2.12' }];
    const lab = labOf(labFileTemplate({ nodes, user: 'lab' }));
    expect(lab.nodes.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'k8s-master control-plane',
      'k8s-worker1 worker',
      'k8s-worker2 worker',
    ]);
    expect(lab.loadBalancer).toEqual({ pool: '192.168.2.200-192.168.2.250', vip: '192.168.2.200' });
  });

  it('moves the pool and the networks away from the machines', () => {
    const lab = labOf(
      labFileTemplate({ nodes: [{ address: '10.244.7.220' }], user: 'lab', client: { address: '10.96.0.9' } }),
    );
    expect([lab.loadBalancer.pool, lab.kubernetes.podCidr, lab.kubernetes.serviceCidr]).toEqual([
      '10.244.7.149-10.244.7.199',
      '10.200.0.0/16',
      '10.112.0.0/12',
    ]);
  });

  it('keeps the roles that were chosen', () => {
    const nodes = [{ address: '10.0.0.1', role: 'worker' as const }, { address: '10.0.0.2' }];
    expect(labOf(labFileTemplate({ nodes, user: 'lab' })).nodes.map(({ address }) => address)).toEqual([
      '10.0.0.2',
      '10.0.0.1',
    ]);
  });

  it('is commented in the chosen language', () => {
    const nodes = [{ address: '192.168.2.10' }];
    expect(labFileTemplate({ nodes, user: 'lab', language: 'ja' })).toContain('# マシンへの接続方法。');
    expect(labFileTemplate({ nodes, user: 'lab' })).toContain('# How the machines are reached.');
  });

  it('names the JSON Schema only when it knows where it is', () => {
    const nodes = [{ address: '192.168.2.10' }];
    expect(labFileTemplate({ nodes, user: 'lab' })).not.toContain('yaml-language-server');
    expect(labFileTemplate({ nodes, user: 'lab', schema: './lab.schema.json' }).split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./lab.schema.json',
    );
  });

  it('takes any answer: what is none is a problem of the file, at its place', () => {
    const nodes = [{ address: '192.168.2.10' }];
    for (const podCidr of ['10.244.0.0', 'pods', '10.244.0.0/99', '']) {
      const problems = problemsOf(labFileTemplate({ nodes, user: 'lab', podCidr }));
      expect(problems.map(({ path: at }) => at)).toContain('kubernetes.podCidr');
    }
    const text = fc.oneof(fc.string(), fc.constantFrom('10.0.0.0/8', '192.168.2.7', '1.2.3.4-5', '', '/', '-', '0'));
    const some = fc.record(
      { podCidr: text, serviceCidr: text, pool: text, vip: text, zone: text, key: text, lab: text },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, text, text, (given, address, name) => {
        problemsOf(labFileTemplate({ ...given, nodes: [{ address, name }], user: name, client: { address: name } }));
      }),
    );
  });
});
