import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { gatewayTookOver } from '../../../src-main/checks/superseded.ts';
import type { KubernetesObject } from '../../../src-main/cluster/manifest.ts';
import { gatewayHoldsVip, withServiceAddress } from '../../../src-main/cluster/vip.ts';
import { stages } from '../../../src-main/stages/index.ts';
import { changesOf } from '../../../src-main/plan/plan.ts';
import { VIP_ANNOTATION } from '../../../src-main/cluster/vip.ts';
import { EVERY_STAGE, labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, questionOf } from '../table-machine.ts';
import { ExampleCluster } from './example-cluster.ts';

const lab = labOf(labText({ 9: EVERY_STAGE }));
const inCluster = stages.filter(({ livesIn }) => livesIn === 'cluster');
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

const contextIn = (cluster: ExampleCluster) => contextOf({ lab, bundle, replies: (command) => cluster.reply(command) });

async function finishedCluster(): Promise<ExampleCluster> {
  const cluster = new ExampleCluster();
  for (const stage of inCluster) {
    for (const change of changesOf(await stage.decide(contextIn(cluster)))) await cluster.make(change);
  }
  return cluster;
}

/** Patches NGINX's Service as its user would, through the NginxProxy. */
function patchService(cluster: ExampleCluster, ...patches: readonly object[]): void {
  cluster.edit('NginxProxy', (proxy) => {
    const spec = proxy['spec'] as { kubernetes?: object } | undefined;
    return { ...proxy, spec: { ...spec, kubernetes: { ...spec?.kubernetes, service: { patches } } } };
  });
}

async function sentences(cluster: ExampleCluster): Promise<readonly string[]> {
  const plans = await Promise.all(inCluster.map((stage) => stage.decide(contextIn(cluster))));
  return plans.flatMap(changesOf).map(({ sentence }) => sentence.en);
}

const asks = (address: string) => ({ metadata: { annotations: { [VIP_ANNOTATION]: address } } });
const path = '/metadata/annotations/metallb.io~1loadBalancerIPs';

describe('a Gateway whose configuration NGINX did not take', () => {
  const programmed = (status: string, message: string) => async () => {
    const cluster = await finishedCluster();
    cluster.edit('Gateway', (gateway) => ({
      ...gateway,
      status: { conditions: [{ type: 'Programmed', status, message }] },
    }));
    return sentences(cluster);
  };

  it('has NGINX Gateway Fabric restarted, and for no other reason', async () => {
    const failed =
      'The Gateway is not programmed due to a failure to reload nginx with the configuration: rpc error: code = Canceled';
    expect(await programmed('False', failed)()).toEqual([
      'Restart NGINX Gateway Fabric, which reports that NGINX did not take its configuration',
    ]);
    expect(await programmed('True', 'The Gateway is programmed')()).toEqual([]);
    expect(await programmed('False', 'Waiting for controller')()).toEqual([]);
    expect(await programmed('Unknown', failed)()).toEqual([]);
  });
});

describe("a user's own patch of NGINX's Service", () => {
  it.each([
    ['a label', { type: 'Merge', value: { metadata: { labels: { team: 'a' } } } }],
    ['another annotation', { value: { metadata: { annotations: { 'example.com/x': 'y' } } } }],
    ['operations', { type: 'JSONPatch', value: [{ op: 'add', path: '/metadata/labels/team', value: 'a' }] }],
    ['the VIP itself', { type: 'Merge', value: asks(lab.loadBalancer.vip) }],
    ['a port', { type: 'StrategicMerge', value: { spec: { ports: [{ port: 8080 }] } } }],
    ['nothing', { type: 'Merge' }],
  ])('with %s leaves the VIP with the Gateway, and stays', async (_, patch) => {
    const cluster = await finishedCluster();
    patchService(cluster, patch);
    expect(await gatewayHoldsVip(contextIn(cluster))).toBe(true);
    expect(await sentences(cluster)).toEqual([]);
    expect(await gatewayTookOver(questionOf(contextIn(cluster), 'client'))).toMatchObject({ status: 'not-applicable' });
  });

  it.each([
    ['a merge', { type: 'Merge', value: asks('192.168.2.209') }],
    ['operations', { type: 'JSONPatch', value: [{ op: 'add', path, value: '192.168.2.209' }] }],
  ])('that asks for another address by %s takes the VIP from the Gateway', async (_, patch) => {
    const cluster = await finishedCluster();
    patchService(cluster, { type: 'Merge', value: { metadata: { labels: { team: 'a' } } } }, patch);
    expect(await gatewayHoldsVip(contextIn(cluster))).toBe(false);
  });
});

it('NGINX that is started early with another address does not hold the VIP yet', async () => {
  const cluster = await finishedCluster();
  cluster.edit('NginxProxy', (proxy: KubernetesObject) => withServiceAddress(proxy, '192.168.2.209'));
  expect(await gatewayHoldsVip(contextIn(cluster))).toBe(false);
});
