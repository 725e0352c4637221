import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { results } from '../recording/play.ts';
import { root } from '../set-up/built.ts';
import { finishedLab } from './finished-lab.ts';
import { hasGateway } from './gateway-images.ts';
import { client, exec, hoplab, info, writeLabFile } from './lab.ts';
import { failures, finished, rollOut } from './roll-out.ts';
import { ALL, onlyWithAll } from './with-all.ts';

onlyWithAll(
  'manifests of a folder with a kind of their own, what somebody changed of them or put there before them, and a route that fails its check',
);

const KUBECTL = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl';
const ASK = 'curl -s -m 5 http://shop.k8s.local/hostname';
const SECRET = 'Kimitsu-4711';

/** The user's own manifests, from a folder beside the lab file. */
describe.skipIf(!hasGateway)('apps of manifests', () => {
  let folder = '';
  const shop = () => join(folder, 'shop.yaml');
  const askFor = (apps: readonly object[]) => writeLabFile({ user: 'lab', set: { apps } });
  const changesOf = (result: Awaited<ReturnType<typeof rollOut>>) =>
    results(result.events).changes.map((line) => line.split(' | ')[2]);
  const inCluster = async (words: string) => (await exec('cp', `${KUBECTL} ${words}`)).stdout;

  beforeAll(async () => {
    await finishedLab();
    folder = await mkdtemp(join(tmpdir(), 'hoplab-own-apps-'));
    await cp(join(import.meta.dirname, 'own-apps'), folder, { recursive: true });
  });
  afterAll(async () => {
    await writeLabFile({ user: 'lab' });
    await rm(folder, { recursive: true });
  });

  test.skipIf(!ALL)('are applied, with a kind of their own and a secret that nobody is told', async () => {
    await askFor([{ manifests: folder }]);
    const result = await rollOut(['up']);
    expect(failures(result)).toBe('');
    expect(new Set(results(result.events).changes.map((line) => line.split(' | ')[0]))).toEqual(
      new Set(['cluster-dns', 'own-apps']),
    );
    expect(JSON.stringify(result)).not.toMatch(new RegExp(`${SECRET}|${btoa(SECRET)}`));
    expect(await inCluster(`-n shop get widget first -o 'jsonpath={.spec.size}'`)).toBe('3');
    expect(await inCluster(`-n shop get secret shop -o 'jsonpath={.data.password}'`)).toBe(btoa(SECRET));
    expect((await client(ASK)).stdout).toMatch(/^shop-/);
  });

  test.skipIf(!ALL)('nothing is left to change, whatever the API server writes otherwise', async () => {
    expect(finished(await rollOut(['up']))).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
  });

  test.skipIf(!ALL)('are followed to a pod of theirs', async () => {
    const { exitCode, stdout } = await hoplab(['trace', 'http://shop.k8s.local/']);
    expect(stdout).toMatch(/shop-[0-9a-f]+-/);
    expect(exitCode).toBe(0);
  });

  test.skipIf(!ALL)('what somebody changed is noticed, and changed back; a secret as well', async () => {
    await inCluster('-n shop scale deployment shop --replicas=1');
    await inCluster(`-n shop patch secret shop -p '{"stringData":{"password":"other"}}'`);
    const result = await rollOut(['up']);
    expect(failures(result)).toBe('');
    expect(changesOf(result)).toEqual(['Apply Secret shop/shop, Deployment shop/shop of your manifests']);
    expect(await inCluster(`-n shop get secret shop -o 'jsonpath={.data.password}'`)).toBe(btoa(SECRET));
  });

  test.skipIf(!ALL)('what the manifests no longer state is removed, and nothing else', async () => {
    await rm(join(folder, 'widgets.yaml'));
    const result = await rollOut(['up']);
    expect(failures(result)).toBe('');
    expect(changesOf(result)).toEqual([
      'Note in the cluster what is applied of your manifests',
      'Remove Widget shop/first, CustomResourceDefinition widgets.example.com, which came from your manifests',
    ]);
    expect(await inCluster('get crd widgets.example.com --ignore-not-found')).toBe('');
    expect((await client(ASK)).stdout).toMatch(/^shop-/);
  });

  test.skipIf(!ALL)('a route that may not lead to its Service fails its check, with the reason', async () => {
    const text = await readFile(shop(), 'utf8');
    await writeFile(
      shop(),
      text.replace('{ name: shop, port: 80 }', '{ name: shortener-service, namespace: prod, port: 80 }'),
    );
    const result = await rollOut(['up']);
    expect(result.exitCode).toBe(1);
    expect(failures(result)).toContain('RefNotPermitted');
    await writeFile(shop(), text);
  });

  test.skipIf(!ALL)('an object that is not from them is left alone', async () => {
    await inCluster('create namespace other');
    await writeFile(join(folder, 'other.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n');
    const refused = await hoplab(['plan']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('Namespace other of your manifests is in the cluster already');
    await rm(join(folder, 'other.yaml'));
    await inCluster('delete namespace other');
  });

  test('manifests that are none are refused before anything is asked', async () => {
    await askFor([{ manifests: folder }]);
    await writeFile(join(folder, 'broken.yaml'), 'kind: [');
    const refused = await hoplab(['up']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('There is no valid YAML on line');
    await rm(join(folder, 'broken.yaml'));
  });

  test('of the example: three hosts at one VIP, a Service of another namespace, and VIPs of their own', async () => {
    await askFor([{ manifests: join(root, 'docs', 'examples', 'several-apps.yaml') }]);
    expect(failures(await rollOut(['up']))).toBe('');
    for (const name of ['app1', 'app2', 'app3', 'shared'])
      expect((await client(`curl -s -m 5 http://${name}.k8s.local/hostname`)).stdout).toMatch(new RegExp(`^${name}-`));
    const vips = new Map<string, string>();
    for (const name of ['cluster', 'local', 'affinity'])
      vips.set(name, await inCluster(`-n apps get service ${name} -o 'jsonpath={.status.loadBalancer.ingress[0].ip}'`));
    expect(new Set(vips.values()).size).toBe(3);
    const asked = async (name: string, path: string) =>
      new Set(
        (await client(`for n in $(seq 20); do curl -s -m 5 http://${vips.get(name) ?? ''}/${path}; echo; done`)).stdout
          .trim()
          .split(/\n+/)
          .map((line) => line.replace(/:\d+$/, '')),
      );
    const { client: own } = await info();
    expect(await asked('local', 'clientip')).toEqual(new Set([own.address]));
    expect(await asked('cluster', 'clientip')).not.toEqual(new Set([own.address]));
    expect((await asked('cluster', 'hostname')).size).toBeGreaterThan(1);
    expect((await asked('affinity', 'hostname')).size).toBe(1);
  });

  test('without its grant the route to another namespace ends at NGINX, and the path says why', async () => {
    await inCluster('-n backend delete referencegrant from-apps; sleep 3');
    const { stdout } = await hoplab(['trace', 'http://shared.k8s.local/']);
    expect(stdout).toContain('no ReferenceGrant in backend permits the HTTPRoute apps/shared');
  });

  test('are undone where the lab file asks for them no more, and leave nothing', async () => {
    await askFor([]);
    expect(failures(await rollOut(['up']))).toBe('');
    expect(await inCluster('get namespace shop apps backend --ignore-not-found')).toBe('');
    expect(await inCluster('-n kube-system get configmap hoplab-own-apps --ignore-not-found')).toBe('');
    expect((await client('getent ahostsv4 shop.k8s.local')).exitCode).not.toBe(0);
    expect(finished(await rollOut(['up']))).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
  });
});
