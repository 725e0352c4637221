import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { macosClient } from '../../../src-main/client/macos/macos-client.ts';
import type { KubernetesObject } from '../../../src-main/lab/kubernetes-object.ts';
import type { Lab } from '../../../src-main/lab/lab.ts';
import { stages, stagesOf } from '../../../src-main/stages/index.ts';
import { undoneWith, upTo } from '../../../src-main/stages/needs.ts';
import { changesOf, type Change, type Milestone } from '../../../src-main/plan/plan.ts';
import type { LabContext } from '../../../src-main/plan/lab-context.ts';
import type { Stage } from '../../../src-main/stages/stage.ts';
import { EVERY_STAGE, labOf, labText } from '../../lab-file/example.ts';
import { bare } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf } from '../table-machine.ts';
import { ExampleCluster } from './example-cluster.ts';

const milestones: readonly Milestone[] = ['container-runtime'];
const apps: Lab['apps'] = [
  {
    named: './apps',
    manifests: '/labs/shop',
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop', namespace: 'shop' } },
    ],
  },
];
const withEvery = (lines: Readonly<Record<number, string>> = {}): Lab => ({
  ...labOf(labText({ ...lines, 9: EVERY_STAGE })),
  apps,
});
const labs: Readonly<Record<string, Lab>> = {
  'three nodes': withEvery(),
  'one node': withEvery({ 4: '', 5: '' }),
  'an app of its own': labOf(labText({ 9: 'app: { image: example.com/app:1 }' })),
};
const lab = withEvery();
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

const bareContext = (of: Lab = lab): LabContext => contextOf({ lab: of, bundle, replies: bare });
const named = stages.map((stage) => [stage.id, stage] as const);

it('the stages are those of the design, in its order', () => {
  expect(stages.map(({ id }) => id)).toEqual([
    'connect',
    'prepare-nodes',
    'control-plane',
    'workers',
    'pod-network',
    'node-port',
    'load-balancer-pending',
    'metallb',
    'gateway',
    'cluster-dns',
    'client-resolver',
    'second-version',
    'traffic-split',
    'header-routing',
    'tls',
    'own-apps',
    'kube-proxy-mode',
  ]);
});

const ids = (some: readonly Stage[]) => some.map(({ id }) => id);

describe.each([
  ['a lab that asks for none besides', stagesOf(labOf(labText()))],
  ['a recording, also of those that a lab asks for besides', stagesOf(lab, true)],
])('the stages of %s', (_, own) => {
  it('each need the one before, so that undoing one undoes all after it', () => {
    ids(own).forEach((id, index) => {
      expect(ids(undoneWith(own, id))).toEqual(ids(own).slice(index).reverse());
      expect(ids(upTo(own, id))).toEqual(ids(own).slice(0, index + 1));
    });
  });
});

describe('the stages that a lab asks for besides', () => {
  it('are none of a lab that does not', () => {
    expect(ids(stages).filter((id) => !ids(stagesOf(labOf(labText()))).includes(id))).toEqual([
      'second-version',
      'traffic-split',
      'header-routing',
      'tls',
      'own-apps',
      'kube-proxy-mode',
    ]);
  });

  it('bring the second version along, where they are asked for', () => {
    const of = (optional: string) => ids(stagesOf(labOf(labText({ 9: `optional: ${optional}` })))).slice(11);
    expect(of('{ trafficSplit: { weight: 5 } }')).toEqual(['second-version', 'traffic-split']);
    expect(of('{ headerRouting: true }')).toEqual(['second-version', 'header-routing']);
    expect(of('{ secondVersion: { replicas: 1 } }')).toEqual(['second-version']);
    expect(of('{ tls: {} }')).toEqual(['tls']);
    expect(of('{ kubeProxyMode: nftables }')).toEqual(['kube-proxy-mode']);
    expect(of('{ headerRouting: false }')).toEqual([]);
  });

  it('are undone alone, and need no names', () => {
    expect(ids(undoneWith(stages, 'traffic-split'))).toEqual(['traffic-split']);
    expect(ids(undoneWith(stages, 'second-version'))).toEqual(['header-routing', 'traffic-split', 'second-version']);
    expect(ids(undoneWith(stages, 'cluster-dns'))).toEqual(['client-resolver', 'cluster-dns']);
    expect(ids(upTo(stages, 'traffic-split')).slice(-4)).toEqual([
      'metallb',
      'gateway',
      'second-version',
      'traffic-split',
    ]);
  });
});

describe('a stage that the lab file asks for no more', () => {
  it('is undone with the next run of the gateway, and its requests go to the first version', async () => {
    const cluster = new ExampleCluster();
    const context = (of: Lab) => contextOf({ lab: of, bundle, replies: (command) => cluster.reply(command) });
    for (const stage of stagesOf(lab).filter(({ livesIn }) => livesIn === 'cluster')) {
      for (const change of changesOf(await stage.decide(context(lab)))) await cluster.make(change);
    }
    const gateway = stages.find(({ id }) => id === 'gateway');
    const left = changesOf((await gateway?.decide(context(labOf(labText())))) ?? []);
    expect(left.map(({ sentence }) => sentence.en)).toEqual([
      'Assign 192.168.2.200 to the Gateway shortener-gateway and route by host name',
      'Remove ConfigMap shop/shop, Namespace shop, which came from your manifests',
      'Take the note of your manifests out of the cluster',
      'Remove the route by header, cookie, method, path and query',
      'Remove the second version of the app',
    ]);
  });
});

describe.each(named)('%s', (id, stage) => {
  it('is told in both languages', () => {
    for (const { en, ja } of [stage.title, stage.problem, stage.solves]) {
      expect(en.trim()).not.toBe('');
      expect(ja.trim()).not.toBe('');
    }
    expect(stage.problem.ja).not.toBe(stage.problem.en);
    expect(stage.solves.ja).not.toBe(stage.solves.en);
    expect(`${stage.problem.en} ${stage.solves.en}`).not.toMatch(/[\u3000-\u9fff]/);
  });

  it('has checks', () => {
    expect(stage.checks.length).toBeGreaterThan(0);
  });

  it('begins nothing earlier than after an earlier stage or a milestone', () => {
    const earlier = stages.slice(0, stages.indexOf(stage)).map((other) => other.id);
    for (const { after } of stage.ahead ?? []) expect([...earlier, ...milestones]).toContain(after);
  });

  it('decides on bare machines', async () => {
    const changes = changesOf(await stage.decide(bareContext()));
    expect(changes.length > 0).toBe(id !== 'connect');
    expectTold(changes, lab);
  });

  it('decides the same when asked again, on machines that say the same', async () => {
    const commands = async () => changesOf(await stage.decide(bareContext())).map(({ command }) => command);
    expect(await commands()).toEqual(await commands());
  });

  it('makes ahead nothing but what it would make itself', async () => {
    const own = (await sentences((context) => stage.decide(context))).concat(
      `Create the Gateway ${lab.gateway.name}, which starts NGINX`,
    );
    for (const { decide } of stage.ahead ?? []) {
      for (const sentence of await sentences(decide)) expect(own).toContain(sentence);
    }
  });

  it('has nothing to take back on bare machines', async () => {
    expect(changesOf(await stage.undo(bareContext()))).toEqual([]);
    expect(changesOf((await stage.undoLeft?.(bareContext())) ?? [])).toEqual([]);
  });

  it('has no secret in a command', async () => {
    const inputs: string[] = [];
    const changes = changesOf(await stage.decide(bareContext()));
    for (const { command, input } of changes) {
      expect(command).not.toMatch(/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/);
      expect(command).not.toMatch(/PRIVATE KEY|secretkey/);
      if (typeof input === 'object' && typeof input.content === 'string') inputs.push(input.content);
    }
    for (const [, secret = ''] of inputs.join('\n').matchAll(/"(?:token|secretkey)": ?"([^"]+)"/g)) {
      for (const { command, sentence } of changes) expect(`${command} ${sentence.en}`).not.toContain(secret);
    }
  });
});

async function sentences(decide: Stage['decide']): Promise<string[]> {
  return changesOf(await decide(bareContext())).map(({ sentence }) => sentence.en);
}

function expectTold(changes: readonly Change[], of: Lab): void {
  const machines = [...of.nodes.map(({ name }) => name), 'client'];
  for (const { machine, sentence, command } of changes) {
    expect(machines).toContain(machine);
    expect(sentence.en.trim()).not.toBe('');
    expect(sentence.ja.trim()).not.toBe('');
    expect(sentence.ja).not.toBe(sentence.en);
    expect(sentence.en).not.toMatch(/undefined|\[object|[\u3000-\u9fff]/);
    expect(sentence.ja).not.toMatch(/undefined|\[object/);
    expect(command).not.toMatch(/undefined|\[object|NaN/);
  }
}

describe('stages in the cluster', () => {
  const inCluster = named.filter(([, { livesIn }]) => livesIn === 'cluster');

  // the API server leaves out `args: []` of the app: cluster/objects.ts `states` takes it for a difference for ever
  describe.each(Object.entries(labs))('of a lab with %s', (_name, of) => {
    it.each(inCluster)('%s decides nothing more once its changes are made', (_, stage) => expectSettled(stage, of));
  });

  async function expectSettled(stage: Stage, of: Lab): Promise<void> {
    const cluster = new ExampleCluster();
    const context = () => contextOf({ lab: of, bundle, replies: (command) => cluster.reply(command) });
    for (const needed of upTo(stages, stage.id).filter(({ livesIn }) => livesIn === 'cluster')) {
      for (const change of changesOf(await needed.decide(context()))) await cluster.make(change);
    }
    const left = changesOf(await stage.decide(context())).map(({ sentence }) => sentence.en);
    const ofNodes = /containerd on|for the LoadBalancer Service$/; // no change of the cluster's objects
    expect(left.filter((sentence) => !ofNodes.test(sentence))).toEqual([]);
  }

  it('decide nothing to begin with in a cluster that has it all, and take it back when told to', async () => {
    const cluster = new ExampleCluster();
    const context = () => contextOf({ lab, bundle, replies: (command) => cluster.reply(command) });
    for (const [, stage] of inCluster) {
      for (const change of changesOf(await stage.decide(context()))) await cluster.make(change);
    }
    for (const [id, stage] of inCluster) {
      expect([id, changesOf(await stage.decide(context())).map(({ sentence }) => sentence.en)]).toEqual([id, []]);
      const undone = changesOf(await stage.undo(context()));
      expect(undone.length).toBeGreaterThan(0);
      expectTold(undone, lab);
      for (const { command } of undone) if (command.includes('kubectl delete')) expect(command).toContain(`=${id}`);
    }
  });
});

describe('manifests that state something no more', () => {
  const decided = async (of: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[]) => {
    const cluster = new ExampleCluster();
    const context = (own: Lab) => contextOf({ lab: own, bundle, replies: (command) => cluster.reply(command) });
    const stage = stages.find(({ id }) => id === 'own-apps');
    for (const change of changesOf((await stage?.decide(context(lab))) ?? [])) await cluster.make(change);
    const less = { ...lab, apps: apps.map((app) => ({ ...app, objects: of(app.objects) })) };
    const changes = changesOf((await stage?.decide(context(less))) ?? []);
    return changes.map(({ sentence }) => sentence.en);
  };

  it('lose it, and the list of them too', async () => {
    expect(await decided((objects) => objects.slice(0, 1))).toEqual([
      'Remove ConfigMap shop/shop, which came from your manifests',
      'Note in the cluster what is applied of your manifests',
    ]);
  });

  it('keep a namespace in which they still have objects', async () => {
    expect(await decided((objects) => objects.slice(1))).toEqual([]);
  });
});

describe('an environment that is taken out of the lab file', () => {
  it('goes with its namespace, once', async () => {
    const cluster = new ExampleCluster();
    const context = (of: Lab) => contextOf({ lab: of, bundle, replies: (command) => cluster.reply(command) });
    const nodePort = stages.find(({ id }) => id === 'node-port');
    if (!nodePort) throw new Error('there is a stage node-port');
    for (const change of changesOf(await nodePort.decide(context(lab)))) await cluster.make(change);
    const fewer: Lab = { ...lab, app: { ...lab.app, environments: lab.app.environments.slice(0, 1) } };
    const left = changesOf(await nodePort.decide(context(fewer)));
    expect(left.map(({ sentence }) => sentence.en)).toEqual([
      'Remove the environment prod, which is no longer in the lab file',
    ]);
    expect(left[0]?.command).toContain('delete namespace prod ');
  });
});

describe('the plan of a Mac', () => {
  it('writes the resolver file of the zone', async () => {
    const context = contextOf({ lab, bundle, replies: bare, client: macosClient() });
    const changes = changesOf((await stages.find(({ id }) => id === 'client-resolver')?.decide(context)) ?? []);
    expect(changes.map(({ command }) => command).join()).toContain('/etc/resolver/k8s.local');
    expectTold(changes, lab);
  });
});
