import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRouterClient } from '@orpc/server';
import type { EventOf, TimedEvent } from '../../../src-main/contract/events.ts';
import type { LabState } from '../../../src-main/contract/lab-session.ts';
import type { LabId } from '../../../src-main/contract/labs.ts';
import { Engine } from '../../../src-main/engine/engine.ts';
import { router } from '../../../src-main/engine/procedures/router.ts';
import { labText } from '../../lab-file/example.ts';
import { withNodes, withPassword } from '../../machines/ssh2-answers.ts';
import type { ServerOptions } from '../../machines/ssh2-server.ts';
import { loopbackLab, type LoopbackLab } from '../cli/loopback-lab.ts';
import { exampleEngine, RECORDING, until, type Client } from './example-engine.ts';
import { sample, sampled, sampledLab } from '../topology/sampled-lab.ts';

const WORKER2 = '192.168.2.12';
const authenticate = withPassword('let me in');

let engine: Engine;
let client: Client;
let lab: LabId;
let loopback: LoopbackLab;
let asked: string[];
const away = new Set<string>();
const deleted: string[] = [];
afterEach(async () => {
  await engine.close();
  away.clear();
  deleted.length = 0;
});

/** Machines of a cluster with its nodes, of which none is changed. */
const exec: NonNullable<ServerOptions['exec']> = (command, channel, connection) => {
  if (command.includes('kubectl delete node')) deleted.push(command);
  withNodes(sample('k-nodes.json'))(command, channel, connection);
};

/** A shell that says back what it is told. */
const shell: NonNullable<ServerOptions['shell']> = (channel) => {
  channel.on('data', (data: Buffer) => channel.write(data));
  channel.once('end', () => channel.end());
};

/** Opens a lab whose machines are an SSH server of this process; who is asked for the first time says yes. */
async function openLab(): Promise<void> {
  loopback = await loopbackLab({
    node: { exec, shell, authenticate },
    jump: { authenticate },
    isAway: (to) => away.has(to),
  });
  asked = [];
  const prompts = {
    secret: async ({ kind }: { kind: string }) => {
      asked.push(kind);
      return 'let me in';
    },
    hostKey: async () => true,
  };
  engine = new Engine({ home: loopback.env['HOPLAB_HOME'] ?? '', door: 'desktop', prompts });
  client = createRouterClient(router, { context: { engine } });
  ({ id: lab } = await client.labs.add({ file: file() }));
  await client.lab.open({ lab });
  await connected();
}

const file = (): string => loopback.env['HOPLAB_FILE'] ?? '';
const text = (): string => readFileSync(file(), 'utf8');
const names = async (): Promise<string[]> => (await client.lab.open({ lab })).nodes.map(({ name }) => name);

async function connected(): Promise<void> {
  await until(await client.lab.watch({ lab }), (all) => all.at(-1)?.connection.state === 'open');
}

/** Follows the lab from now on to the end of what is said of it. */
async function followed(): Promise<{ readonly all: Promise<readonly LabState[]> }> {
  let begun = (): void => undefined;
  const first = new Promise<void>((resolve) => (begun = resolve));
  const all = until(await client.lab.watch({ lab }), () => {
    begun();
    return false;
  });
  await first;
  return { all };
}

async function log(): Promise<readonly TimedEvent[]> {
  const ended = (events: readonly TimedEvent[]) => events.some(({ event }) => event === 'rollout-finished');
  const batches = await until(await client.rollouts.watch({ lab }), (all) => all.some(({ events }) => ended(events)));
  return batches.flatMap(({ events }) => events);
}

const endOf = (events: readonly TimedEvent[]): EventOf<'rollout-finished'> | undefined =>
  events.find((event) => event.event === 'rollout-finished');

describe('a worker that is added to an open lab', { timeout: 30_000 }, () => {
  it('is shown as a change of the lab file before anything is written', async () => {
    await openLab();
    const before = text();
    const composed = await client.nodes.compose({ lab, address: '192.168.2.13' });
    expect(composed).toMatchObject({ name: 'k8s-worker3', path: 'nodes[3]', problems: [] });
    const added = ['  - { name: k8s-worker3, role: worker, address: 192.168.2.13 }'];
    expect(composed.change).toEqual({ file: file(), line: 6, before: [], after: added });
    expect(text()).toBe(before);
  });

  it('is refused with all that is wrong, beside its fields', async () => {
    await openLab();
    const before = text();
    const refused = [
      [{ address: '' }, 'nodes[3].address'],
      [{ address: '192.168.2.300' }, 'nodes[3].address'],
      [{ address: WORKER2 }, 'nodes[3].address'],
      [{ name: 'k8s-worker1', address: '192.168.2.13' }, 'nodes[3].name'],
      [{ name: 'K8S_3', address: '192.168.2.13' }, 'nodes[3].name'],
      [{ name: 'k8s-worker2', address: WORKER2 }, 'nodes[3].name,nodes[3].address'],
    ] as const;
    for (const [answers, paths] of refused) {
      const { problems } = await client.nodes.compose({ lab, ...answers });
      expect(problems.map(({ path }) => path).join()).toBe(paths);
      await expect(client.nodes.add({ lab, ...answers })).rejects.toMatchObject({ code: 'LAB_FILE' });
    }
    expect(text()).toBe(before);
  });

  it('makes the lab another one: who follows it is told, and it is opened again without asking anew', async () => {
    await openLab();
    const following = await followed();
    expect(await client.nodes.add({ lab, address: ' 192.168.2.13 ' })).toEqual({ name: 'k8s-worker3' });
    const [first, last] = [(await following.all)[0], (await following.all).at(-1)];
    expect([first?.outdated, last?.outdated]).toEqual([false, true]);
    expect(await names()).toEqual(['k8s-master', 'k8s-worker1', 'k8s-worker2', 'k8s-worker3']);
    expect(text()).toContain('  - { name: k8s-worker3, role: worker, address: 192.168.2.13 }\n');
    await connected();
    const { rollout } = await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    const [begun] = await log();
    expect(begun).toMatchObject({ event: 'rollout-started', rollout, verb: 'verify' });
    expect(asked).toEqual(['password']);
  });

  it('keeps what is known of the stages, and the log of the last run', async () => {
    await openLab();
    await client.rollouts.check({ lab, stage: 'connect', check: 'clocks-agree' });
    const { rollout } = await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    await log();
    await client.nodes.add({ lab, address: '192.168.2.13' });
    const [now] = await until(await client.lab.watch({ lab }), (all) => all.length > 0);
    const connect = now?.stages.find(({ stage }) => stage === 'connect');
    expect(connect?.checks.length).toBeGreaterThan(0);
    expect((await log())[0]).toMatchObject({ rollout, verb: 'verify' });
  });

  it('says how it is reached where it can be asked: by what the file says, or by its alias alone', async () => {
    let home = '';
    ({ engine, client, home } = await exampleEngine(sampledLab, sampled));
    const path = join(home, 'lab.yaml');
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'config'), 'Host laptop\n  HostName 192.168.2.13\n  Port 2222\n');
    vi.stubEnv('HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    writeFileSync(path, labText({ 6: 'ssh: { user: lab, agent: true }' }));
    ({ id: lab } = await client.labs.add({ file: path }));
    await client.lab.open({ lab });
    const stated = { user: 'lab', port: 22, key: '', agent: true, asks: false };
    expect((await client.nodes.compose({ lab, address: '192.168.2.13' })).access).toEqual(stated);
    const named = await client.nodes.compose({ lab, name: 'laptop', address: 'laptop' });
    expect([named.problems, named.access]).toEqual([[], { ...stated, port: null }]);
    writeFileSync(path, labText({ 6: 'ssh: { user: lab, agent: true, jump: { address: 192.168.2.1 } }' }));
    expect((await client.nodes.compose({ lab, address: '192.168.2.13' })).access).toBeNull();
    await client.lab.close({ lab });
  });

  it('is refused while something runs, and in a recording', async () => {
    await openLab();
    await client.rollouts.start({ lab, verb: 'reset' });
    const adding = client.nodes.add({ lab, address: '192.168.2.13' });
    await expect(adding).rejects.toMatchObject({ data: { title: { en: 'A rollout is running in this lab' } } });
    await client.rollouts.cancel({ lab });
    expect(text()).not.toContain('k8s-worker3');
    await engine.close();
    ({ engine, client } = await exampleEngine(sampledLab, sampled));
    await client.lab.open({ lab: RECORDING });
    const there = { lab: RECORDING, name: 'k8s-worker2' };
    const title = { title: { en: 'The nodes of a recording stay as they were recorded' } };
    await expect(client.nodes.compose({ ...there, address: '1.2.3.4' })).rejects.toMatchObject({ data: title });
    await expect(client.nodes.remove({ ...there, gone: false })).rejects.toMatchObject({ data: title });
  });
});

describe('a worker that is removed from an open lab', { timeout: 30_000 }, () => {
  it('is shown as a change of the lab file; the control plane is not removed', async () => {
    await openLab();
    const change = await client.nodes.removal({ lab, name: 'k8s-worker2' });
    const gone = [`  - { name: k8s-worker2, role: worker, address: ${WORKER2} }`];
    expect(change).toEqual({ file: file(), line: 5, before: gone, after: [] });
    const refused = {
      code: 'FAILED',
      data: { title: { en: expect.stringContaining('is the control plane') as string } },
    };
    await expect(client.nodes.removal({ lab, name: 'k8s-master' })).rejects.toMatchObject(refused);
    await expect(client.nodes.remove({ lab, name: 'k8s-master', gone: true })).rejects.toMatchObject(refused);
  });

  it('whose machine does not answer stays, and may be removed without it: then the lab is another one', async () => {
    away.add(WORKER2);
    await openLab();
    await client.nodes.remove({ lab, name: 'k8s-worker2', gone: false });
    expect(endOf(await log())).toMatchObject({
      status: 'failed',
      changes: 0,
      explanation: { machine: 'k8s-worker2', offer: 'remove-gone' },
    });
    expect(text()).toContain('k8s-worker2');
    const following = await followed();
    const { rollout } = await client.nodes.remove({ lab, name: 'k8s-worker2', gone: true });
    expect((await following.all).at(-1)?.outdated).toBe(true);
    expect(deleted).toHaveLength(1);
    expect(text()).not.toContain('k8s-worker2');
    expect(await names()).toEqual(['k8s-master', 'k8s-worker1']);
    const events = await log(); // of the lab that came in its place
    expect(events[0]).toMatchObject({ event: 'rollout-started', rollout, verb: 'remove-node' });
    expect(events.find(({ event }) => event === 'stage-finished')).toMatchObject({
      stage: 'remove-node',
      status: 'done',
    });
    expect((await client.journals.list({ lab }))[0]).toMatchObject({ verb: 'remove-node' });
    const [now] = await until(await client.lab.watch({ lab }), (all) => all.at(-1)?.connection.state === 'open');
    expect(now?.connection.away).toEqual([]);
  });

  it('does not answer either where its connection was open', async () => {
    await openLab();
    away.add(WORKER2);
    loopback.jump.drop();
    await client.nodes.remove({ lab, name: 'k8s-worker2', gone: false });
    const { explanation } = endOf(await log()) ?? {};
    expect(explanation?.title.en).toContain('k8s-worker2 does not answer');
    expect(explanation?.offer).toBe('remove-gone');
  });

  it('is not gone while it answers', async () => {
    await openLab();
    await client.nodes.remove({ lab, name: 'k8s-worker2', gone: true });
    const { explanation } = endOf(await log()) ?? {};
    expect(explanation?.title.en).toBe('k8s-worker2 answers: it is not gone');
    expect(explanation?.offer).toBeUndefined();
    expect(text()).toContain('k8s-worker2');
  });
});

describe('a lab whose file has become another one', { timeout: 30_000 }, () => {
  it('keeps the shells on the machines that it still has, and lets go of the others', async () => {
    await openLab();
    const size = { columns: 80, rows: 24 };
    const [{ terminal: left }, { terminal: gone }] = [
      await client.terminals.open({ lab, machine: 'k8s-worker1', ...size }),
      await client.terminals.open({ lab, machine: 'k8s-worker2', ...size }),
    ];
    const goneOutput = until(await client.terminals.output({ terminal: gone }), () => false);
    await new Promise((resolve) => setTimeout(resolve, 50)); // until it is read
    const before = loopback.node.connections.size;
    writeFileSync(file(), text().replace(/.*k8s-worker2.*\n/, ''));
    await engine.reopenLab(lab);
    expect((await goneOutput).at(-1)).toMatchObject({ ended: true });
    await connected();
    await client.terminals.write({ terminal: left, data: 'still here' });
    await until(
      await client.terminals.output({ terminal: left }),
      (pieces) => pieces.map((piece) => piece.text).join('') === 'still here',
    );
    await client.terminals.close({ terminal: left });
    await expect.poll(() => loopback.node.connections.size, { timeout: 5000 }).toBe(before - 1);
  });

  it('is opened anew when somebody has written it, and not for a comment', async () => {
    await openLab();
    const following = await followed();
    writeFileSync(file(), `${text()}# a note\n`);
    await new Promise((resolve) => setTimeout(resolve, 2500)); // the file is looked at each second
    const { outdated } = await engine.lab(lab);
    expect(outdated).toBe(false);
    writeFileSync(file(), text().replace(/.*k8s-worker2.*\n/, ''));
    expect((await following.all).at(-1)?.outdated).toBe(true);
    expect(await names()).toEqual(['k8s-master', 'k8s-worker1']);
  });

  it('is not rolled out as it was read', async () => {
    await openLab();
    writeFileSync(file(), text().replace(/.*k8s-worker2.*\n/, ''));
    const start = () => client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    await expect(start()).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringContaining('has changed') as string,
    });
    expect(await names()).toEqual(['k8s-master', 'k8s-worker1']);
    expect(await start()).toHaveProperty('rollout');
    await client.rollouts.cancel({ lab });
    writeFileSync(file(), text().replace('192.168.2.11', 'nowhere'));
    await expect(start()).rejects.toMatchObject({ code: 'LAB_FILE' });
  });

  it('and cannot be read ends, and says why when it is opened again', async () => {
    await openLab();
    const following = await followed();
    writeFileSync(file(), text().replace('192.168.2.11', 'nowhere'));
    await expect(engine.reopenLab(lab)).rejects.toThrow();
    expect((await following.all).at(-1)?.outdated).toBe(true);
    await expect(client.lab.open({ lab })).rejects.toMatchObject({ code: 'LAB_FILE' });
  });
});
