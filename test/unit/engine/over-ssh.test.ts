import { afterEach, describe, expect, it } from 'vitest';
import { createRouterClient } from '@orpc/server';
import type { LabState } from '../../../src-main/contract/lab-session.ts';
import type { LabId } from '../../../src-main/contract/labs.ts';
import type { OpenQuestion, QuestionAnswer } from '../../../src-main/contract/questions.ts';
import type { TopologySource } from '../../../src-main/contract/topology.ts';
import { Engine } from '../../../src-main/engine/engine.ts';
import { router } from '../../../src-main/engine/procedures/router.ts';
import { answering, slow, withPassword } from '../../machines/ssh2-answers.ts';
import { loopbackLab } from '../cli/loopback-lab.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, until, type Client } from './example-engine.ts';

let engine: Engine;
let client: Client;
let lab: LabId;
afterEach(() => engine.close());

/** Opens a lab of the user's, whose machines are an SSH server of this process. */
async function openLab(parts: Parameters<typeof loopbackLab>[0]) {
  const { env, node } = await loopbackLab(parts);
  engine = new Engine({ home: env['HOPLAB_HOME'] ?? '', door: 'desktop' });
  client = createRouterClient(router, { context: { engine } });
  ({ id: lab } = await client.labs.add({ file: env['HOPLAB_FILE'] ?? '' }));
  await client.lab.open({ lab });
  return node;
}

/** Answers every question as it comes, and returns what was asked. */
function answerAll(answer: (question: OpenQuestion) => QuestionAnswer): { asked: OpenQuestion[]; stop: () => void } {
  const stop = new AbortController();
  const asked: OpenQuestion[] = [];
  void (async () => {
    for await (const questions of await client.questions.watch(undefined, { signal: stop.signal })) {
      for (const question of questions) {
        asked.push(question);
        await client.questions.answer({ question: question.id, answer: answer(question) }).catch(() => undefined); // answered already
      }
    }
  })().catch(() => undefined); // the stream was stopped
  return { asked, stop: () => stop.abort() };
}

async function connection(is: LabState['connection']['state']): Promise<LabState> {
  const states = await until(await client.lab.watch({ lab }), (all) => all.at(-1)?.connection.state === is);
  const last = states.at(-1);
  if (!last) throw new Error('the stream ended');
  return last;
}

const isOf =
  (machine: string) =>
  (source: TopologySource): boolean =>
    source.machine === machine;

const yes = (question: OpenQuestion): QuestionAnswer =>
  question.kind === 'host-key' ? { answer: 'accept' } : { answer: 'secret', secret: 'let me in', remember: false };

describe('a lab over SSH', { timeout: 30_000 }, () => {
  const authenticate = withPassword('let me in');

  it('is opened by what the user answers: host keys by their fingerprint, a password once for all', async () => {
    await openLab({ node: { exec: answering, authenticate }, jump: { authenticate } });
    const { asked, stop } = answerAll(yes);
    await connection('open');
    stop();
    expect(asked.filter(({ kind }) => kind === 'password')).toHaveLength(1);
    const keys = asked.filter(({ kind }) => kind === 'host-key');
    expect(keys.length).toBeGreaterThan(1);
    for (const { fingerprint, sentence } of keys) {
      expect(fingerprint).toMatch(/^SHA256:/);
      expect(sentence.ja).not.toBe(sentence.en);
    }
    expect((await client.hostKeys.list()).length).toBeGreaterThan(1);
  });

  it('says what to do when the user does not trust a key, and connects when asked again', async () => {
    await openLab({});
    const no = answerAll(() => ({ answer: 'refuse' }));
    const { failure } = (await connection('failed')).connection;
    no.stop();
    expect(failure?.title.en).toContain('host key');
    expect(failure?.remedy.ja).not.toBe('');
    const again = answerAll(yes);
    await client.lab.refresh({ lab });
    await connection('open');
    again.stop();
  });

  it('shows the keys of all machines to compare, and pins none but the one that was compared', async () => {
    await openLab({});
    const { stop } = answerAll(yes);
    const { keys, unreachable } = await client.hostKeys.scan({ lab });
    stop();
    expect(unreachable).toEqual([]);
    expect(keys.map(({ machine }) => machine)).toContain('k8s-worker2');
    const [key] = keys.filter(({ machine }) => machine === 'k8s-worker2');
    const { address = '', port = 0 } = key ?? {};
    const wrong = client.hostKeys.trust({ lab, address, port, fingerprint: 'SHA256:another', replace: false });
    await expect(wrong).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('is opened without the nodes that are away, and takes them in when they come', async () => {
    const away = new Set(['192.168.2.12']);
    await openLab({ node: { exec: answering, authenticate }, jump: { authenticate }, isAway: (to) => away.has(to) });
    const { stop } = answerAll(yes);
    const open = await connection('open');
    expect(open.connection.away.map(({ machine, title }) => [machine, title.en])).toEqual([
      ['k8s-worker2', 'k8s-worker2 cannot be reached'],
    ]);
    const pictures = client.topology.watch({ lab });
    const [unreadable] = (
      await until(await pictures, (all) => all.some(({ sources }) => sources.some(isOf('k8s-worker2'))))
    ).flatMap(({ sources }) => sources.filter(isOf('k8s-worker2')));
    expect(unreadable?.state).toBe('unreadable');
    expect(unreadable?.problem).toContain('cannot be reached');
    away.clear();
    const looking = until(await client.topology.watch({ lab }), () => false).catch(() => undefined); // ends with the lab
    const states = await until(await client.lab.watch({ lab }), (all) => all.at(-1)?.connection.away.length === 0);
    expect(states.at(-1)?.connection.state).toBe('open');
    stop();
    await client.lab.close({ lab });
    await looking;
  });

  it('says which node is lost while it is open, and when it is back', async () => {
    const away = new Set<string>();
    const server = await openLab({
      node: { exec: answering, authenticate },
      jump: { authenticate },
      isAway: (to) => away.has(to),
    });
    const { stop } = answerAll(yes);
    expect((await connection('open')).connection.away).toEqual([]);
    const looking = until(await client.topology.watch({ lab }), () => false).catch(() => undefined); // ends with the lab
    away.add('192.168.2.12');
    server.drop();
    const lost = await until(
      await client.lab.watch({ lab }),
      (all) => all.at(-1)?.connection.away.some(({ machine }) => machine === 'k8s-worker2') === true,
    );
    expect(lost.at(-1)?.connection.state).toBe('open');
    away.clear();
    await until(await client.lab.watch({ lab }), (all) => all.at(-1)?.connection.away.length === 0);
    stop();
    await client.lab.close({ lab });
    await looking;
  });

  it('needs one of its nodes to be opened, and every one of them for a rollout', async () => {
    const away = new Set(['192.168.2.10', '192.168.2.11', '192.168.2.12']);
    await openLab({ node: { exec: answering, authenticate }, jump: { authenticate }, isAway: (to) => away.has(to) });
    const { stop } = answerAll(yes);
    const { failure } = (await connection('failed')).connection;
    expect(failure?.title.en).toContain('cannot be reached');
    away.delete('192.168.2.10');
    await client.lab.refresh({ lab });
    await connection('open');
    await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    const log = await until(await client.rollouts.watch({ lab }), (all) =>
      all.some(({ events }) => events.some(({ event }) => event === 'rollout-finished')),
    );
    stop();
    const end = log.flatMap(({ events }) => events).find((event) => event.event === 'rollout-finished');
    expect(end?.status).toBe('failed');
    expect(end?.explanation?.title.en).toMatch(/^k8s-worker[12] cannot be reached/);
  });

  it('lets go of a rollout that is stopped while it still connects', async () => {
    await openLab({ node: { exec: answering, authenticate }, jump: { authenticate } });
    await until(await client.questions.watch(), (all) => (all.at(-1)?.length ?? 0) > 0); // nobody answers
    await client.rollouts.start({ lab, verb: 'up' });
    await client.rollouts.cancel({ lab });
    const log = await until(await client.rollouts.watch({ lab }), (all) =>
      all.some(({ events }) => events.some(({ event }) => event === 'rollout-finished')),
    );
    const end = log.flatMap(({ events }) => events).at(-1);
    expect(end).toMatchObject({ event: 'rollout-finished', status: 'cancelled' });
  });

  it('keeps a password out of journals and of the run log', async () => {
    await openLab({ node: { exec: slow(), authenticate }, jump: { authenticate } });
    const { stop } = answerAll(yes);
    await connection('open');
    stop();
    const { rollout } = await client.rollouts.start({ lab, verb: 'verify', stage: 'connect' });
    const log = await until(await client.rollouts.watch({ lab }), (all) =>
      all.some(({ events }) => events.some(({ event }) => event === 'rollout-finished')),
    );
    const journal = await until(await client.journals.read({ lab, rollout }), () => false);
    expect(JSON.stringify([log, journal])).not.toContain('let me in');
  });
});

describe('a host that is typed into the form', () => {
  it('is told apart: nobody there, or a key that is not trusted yet', async () => {
    ({ engine, client } = await exampleEngine(sampledLab, sampled));
    const nobody = await client.labs.discover({ address: '127.0.0.1', port: 1, user: 'lab' });
    expect(nobody).toMatchObject({ hostKey: null, facts: null });
    expect(nobody.failure?.remedy.en).not.toBe('');
    const { node } = await loopbackLab();
    const found = await client.labs.discover({ address: '127.0.0.1', port: node.port, user: 'lab' });
    expect(found).toMatchObject({ hostKey: { verdict: 'unknown', pinned: [] }, facts: null, failure: null });
    const { fingerprint = '' } = found.hostKey ?? {};
    const port = node.port;
    const pinned = await client.hostKeys.trust({ address: '127.0.0.1', port, fingerprint, replace: false });
    expect(pinned.verdict).toBe('ok');
  });
});
