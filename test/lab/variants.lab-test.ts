import { describe, expect, test } from 'vitest';
import { hasGateway, UP } from './gateway-images.ts';
import { accept, bare, client, nginxReplicaSets, writeLabFile } from './lab.ts';
import type { LabFileOptions } from './lab-file.ts';
import { failures, finished, rollOut } from './roll-out.ts';
import { ALL, onlyWithAll } from './with-all.ts';
import { expectNoSecrets, givenPasswords } from './secrets.ts';

interface Variant {
  readonly name: string;
  readonly nodes: number;
  readonly file: LabFileOptions;
  /** Other than those of accept.sh. */
  readonly accept?: readonly string[];
}

const VARIANTS: readonly Variant[] = [
  { name: 'user labpw, whose sudo asks for a password', nodes: 3, file: { user: 'labpw' } },
  { name: 'user root', nodes: 3, file: { user: 'root' } },
  { name: 'one node, whose control plane runs pods', nodes: 1, file: {} },
  { name: 'five nodes', nodes: 5, file: {} },
  {
    name: 'other CIDRs, zone lab.internal, another VIP',
    nodes: 3,
    file: {
      set: {
        'kubernetes.podCidr': '10.42.0.0/16',
        'kubernetes.serviceCidr': '10.43.0.0/16',
        'dns.zone': 'lab.internal',
        'loadBalancer.vip': '192.168.2.222',
      },
    },
    accept: ['--zone', 'lab.internal', '--vip', '192.168.2.222'],
  },
  { name: 'kube-proxy in nftables mode', nodes: 3, file: { set: { 'kubernetes.kubeProxy': 'nftables' } } },
];

onlyWithAll(`${VARIANTS.length} variants of the lab, half an hour`);

describe.skipIf(!ALL).each(VARIANTS)('$name', ({ nodes, file, accept: options = [] }) => {
  test('up ends with all checks passed, and again without a change', async () => {
    await bare({ nodes });
    await writeLabFile(file);
    const env = await givenPasswords();
    const result = await rollOut(UP, { env });
    expect(failures(result)).toBe('');
    expect((await accept(undefined, options)).wrongs).toEqual([]);
    expect(finished(await rollOut(UP, { env }))).toMatchObject({ status: 'done', changes: 0 });
  });

  test.skipIf(!hasGateway)('NGINX was started once: it took the VIP over without a gap', async () => {
    expect(await nginxReplicaSets()).toHaveLength(1);
  });

  test.skipIf(!hasGateway)('the app answers by its name', async () => {
    const zone = options[1] ?? 'k8s.local';
    const { stdout } = await client(['curl', '-s', '-m', '5', `http://url-shortener.staging.${zone}/hostname`]);
    expect(stdout).toMatch(/^shortener-service-/);
  });

  test('no journal holds a secret, the passwords among them that Hoplab was given', async () => {
    await expectNoSecrets({ journals: 2 });
  });
});
