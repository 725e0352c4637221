import type { ServerChannel } from 'ssh2';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LabId } from '../../../src-main/contract/labs.ts';
import { Engine } from '../../../src-main/engine/engine.ts';
import { router } from '../../../src-main/engine/procedures/router.ts';
import { answering } from '../../machines/ssh2-answers.ts';
import { testKey, type ServerOptions } from '../../machines/ssh2-server.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { loopbackLab, type LoopbackLab } from '../cli/loopback-lab.ts';
import { until, type Client } from './example-engine.ts';

/** Machines on which a watch runs until it is killed, as on real ones: the end of its connection does not end it. */
class Watched {
  readonly running = new Map<string, ServerChannel>();
  started = 0;
  /** All labs have the same machines, behind a jump host of their own. */
  readonly key = testKey();

  readonly exec: NonNullable<ServerOptions['exec']> = (command, channel, connection) => {
    const killed = /\[H\]OPLAB_RUN=([0-9a-f]+)/.exec(command)?.[1];
    const id = /HOPLAB_RUN=([0-9a-f]+)/.exec(command)?.[1] ?? '';
    if (killed === undefined && /ip monitor|--watch/.test(command)) {
      this.started += 1;
      this.running.set(id, channel);
      return;
    }
    const watch = killed === undefined ? undefined : this.running.get(killed);
    if (killed !== undefined) this.running.delete(killed);
    watch?.exit('TERM');
    watch?.end();
    answering(command, channel, connection);
  };
}

interface Opened {
  readonly id: LabId;
  readonly machines: LoopbackLab;
}

async function engineWith(linger?: number) {
  const home = await tempFolder();
  const engine = new Engine({ home, door: 'desktop', ...(linger !== undefined && { linger }) });
  onTestFinished(() => engine.close());
  const client: Client = createRouterClient(router, { context: { engine } });
  const trusting = new AbortController();
  onTestFinished(() => trusting.abort());
  void (async () => {
    for await (const questions of await client.questions.watch(undefined, { signal: trusting.signal })) {
      for (const { id, kind } of questions) {
        const secret = { answer: 'secret', secret: 'let me in', remember: false } as const;
        const answer = kind === 'host-key' ? ({ answer: 'accept' } as const) : secret;
        await client.questions.answer({ question: id, answer }).catch(() => undefined); // answered already
      }
    }
  })().catch(() => undefined); // the test has ended
  return { engine, client, trusting };
}

/** Opens a lab and follows it as a window does, until its machines are watched. */
async function opened(client: Client, watched: Watched, signal: AbortSignal): Promise<Opened> {
  const shell: NonNullable<ServerOptions['shell']> = (channel) => void channel.write('$ ');
  const machines = await loopbackLab({ node: { exec: watched.exec, shell, hostKeys: [watched.key] } });
  const { id } = await client.labs.add({ file: machines.env['HOPLAB_FILE'] ?? '' });
  await client.lab.open({ lab: id });
  const before = watched.started;
  const streams = [
    await client.lab.watch({ lab: id }, { signal }),
    await client.rollouts.watch({ lab: id }, { signal }),
    await client.topology.watch({ lab: id }, { signal }),
  ];
  for (const stream of streams) void until<unknown>(stream, () => false).catch(() => undefined); // it was left
  // three nodes, and the cluster
  await expect.poll(() => watched.started - before, { timeout: 15_000 }).toBeGreaterThanOrEqual(4);
  return { id, machines };
}

const connections = (labs: readonly Opened[]) =>
  labs.reduce((sum, { machines: { node, jump } }) => sum + node.connections.size + jump.connections.size, 0);

/** What keeps this process awake. */
const awake = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'TCPSocketWrap');

describe('a lab that is let go', { timeout: 60_000 }, () => {
  it.each(['closed', 'forgotten'] as const)('leaves nothing behind when it is %s', async (how) => {
    const { client, trusting } = await engineWith();
    const watched = new Watched();
    const window = new AbortController();
    const before = awake();
    const labs: Opened[] = [];
    for (let count = 0; count < 3; count += 1) labs.push(await opened(client, watched, window.signal));
    const terminals = await Promise.all(
      labs.map(({ id }) => client.terminals.open({ lab: id, machine: 'k8s-worker1', columns: 80, rows: 24 })),
    );
    expect(connections(labs)).toBeGreaterThanOrEqual(3 * 4);
    for (const { id } of labs)
      await (how === 'closed' ? client.lab.close({ lab: id }) : client.labs.forget({ lab: id }));
    expect(watched.running.size).toBe(0);
    await expect.poll(() => connections(labs), { timeout: 3000 }).toBe(0);
    for (const { terminal } of terminals) {
      await expect(client.terminals.write({ terminal, data: 'x' })).rejects.toMatchObject({ code: 'FAILED' });
    }
    trusting.abort();
    await expect.poll(() => awake().length, { timeout: 5000 }).toBeLessThanOrEqual(before.length);
    window.abort();
  });

  it('is one that nobody follows any more, after a while', async () => {
    const { engine, client } = await engineWith(300);
    const watched = new Watched();
    const window = new AbortController();
    const labs: Opened[] = [];
    for (let count = 0; count < 3; count += 1) labs.push(await opened(client, watched, window.signal));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(connections(labs)).toBeGreaterThanOrEqual(3 * 4); // somebody looks
    window.abort();
    await expect.poll(() => watched.running.size, { timeout: 5000 }).toBe(0);
    await expect.poll(() => connections(labs), { timeout: 5000 }).toBe(0);
    for (const { id } of labs) await expect(engine.lab(id)).rejects.toThrow('not open');
  });

  it('is not one in which a shell runs, until its window has gone', async () => {
    const { client, engine } = await engineWith(300);
    const window = new AbortController();
    const shell = new AbortController();
    const { id } = await opened(client, new Watched(), window.signal);
    const { terminal } = await client.terminals.open({ lab: id, machine: 'k8s-worker1', columns: 80, rows: 24 });
    const output = await client.terminals.output({ terminal }, { signal: shell.signal });
    void until(output, () => false).catch(() => undefined); // its window has gone
    window.abort();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await expect(engine.lab(id)).resolves.toBeDefined();
    shell.abort();
    await expect
      .poll(() => engine.lab(id).then(() => 'open', String), { timeout: 5000, interval: 700 })
      .toMatch('not open');
  });

  it('takes back what it has asked the user', async () => {
    const { client, trusting } = await engineWith();
    trusting.abort();
    const { env } = await loopbackLab();
    const { id } = await client.labs.add({ file: env['HOPLAB_FILE'] ?? '' });
    await client.lab.open({ lab: id });
    const asked = await until(await client.questions.watch(), (all) => (all.at(-1)?.length ?? 0) > 0);
    expect(asked.at(-1)).not.toEqual([]);
    const started = performance.now();
    await client.lab.close({ lab: id });
    expect(performance.now() - started).toBeLessThan(2000);
    const left = await until(await client.questions.watch(), () => true);
    expect(left).toEqual([[]]);
  });
});
