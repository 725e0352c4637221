import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../../src-main/contract/events.ts';
import { Changes, follow } from '../../../src-main/engine/changes.ts';
import { Questions } from '../../../src-main/engine/waiting-questions.ts';
import { RunLog } from '../../../src-main/engine/run-log.ts';
import { RememberedPrompts, SecretStore } from '../../../src-main/engine/secret-store.ts';
import { StageStates } from '../../../src-main/engine/stage-states.ts';
import { Terminals } from '../../../src-main/engine/open-terminals.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { until } from './example-engine.ts';

const none = undefined;
const output = (text: string): TimedEvent => ({
  time: 'now',
  event: 'change-output',
  change: 'c',
  stream: 'stdout',
  text,
});

describe('a stream', () => {
  it('brings many changes as one piece', async () => {
    const changes = new Changes();
    let value = 0;
    let told = 0;
    const pieces: number[] = [];
    const reading = (async () => {
      const take = () => (told === value ? undefined : (told = value));
      for await (const piece of follow(changes, take, { signal: none, pause: 20 })) pieces.push(piece);
    })();
    for (let count = 0; count < 1000; count += 1) {
      value += 1;
      changes.tell();
    }
    changes.end();
    await reading;
    expect(pieces.at(-1)).toBe(1000);
    expect(pieces.length).toBeLessThan(5);
  });
});

describe('the run log', () => {
  it('drops the oldest events when it is full, and says so by a gap', async () => {
    const log = new RunLog('one', 10_000);
    for (let count = 0; count < 200; count += 1) log.add(output('x'.repeat(100)));
    const batches = await until(
      log.follow(none),
      (all) => (all.at(-1)?.from ?? 0) + (all.at(-1)?.events.length ?? 0) === 200,
    );
    expect(batches[0]?.from).toBeGreaterThan(100);
  });
});

describe('the states of stages', () => {
  const event = (rest: object) => ({ time: '2026-11-24T00:00:00Z', stage: 'workers', ...rest }) as TimedEvent;
  const states = () => new StageStates(['workers'], new Map([['workers', 9000]]));
  const now = (of: StageStates) => of.after(-1)[0];

  it('follow a rollout', () => {
    const some = states();
    expect(now(some)).toMatchObject({ state: 'unknown', expectedDuration: 9000 });
    some.fold(event({ event: 'stage-started' }), false);
    expect(now(some)).toMatchObject({ state: 'running', startedAt: '2026-11-24T00:00:00Z' });
    some.fold(event({ event: 'stage-finished', status: 'done', changes: 3, duration: 500 }), false);
    expect(now(some)).toMatchObject({ state: 'done', duration: 500, expectedDuration: 500, changes: 0 });
  });

  it('stay failed until a run succeeds, though the machines need changes only', () => {
    const some = states();
    some.fold(event({ event: 'stage-finished', status: 'failed', changes: 1, duration: 1 }), false);
    some.read('workers', { changes: 2 });
    expect(now(some)).toMatchObject({ state: 'failed', changes: 2 });
    some.fold(event({ event: 'stage-undone', changes: 2, duration: 1 }), true);
    some.read('workers', { changes: 2 });
    expect(now(some)).toMatchObject({ state: 'changes-needed', checks: [] });
  });
});

describe('questions', () => {
  it('wait for their answer', async () => {
    const questions = new Questions();
    const asked = questions.hostKey('k8s-master', 'SHA256:abc');
    const [open] = await until(questions.follow(none), (all) => (all.at(-1)?.length ?? 0) > 0);
    expect(open).toMatchObject([{ kind: 'host-key', machine: 'k8s-master', fingerprint: 'SHA256:abc' }]);
    questions.answer(open?.[0]?.id ?? '', { answer: 'accept' });
    expect(await asked).toBe(true);
    expect(() => questions.answer(open?.[0]?.id ?? '', { answer: 'accept' })).toThrow();
  });

  it('are refused when nobody is there', async () => {
    const questions = new Questions();
    const sentence = { en: '?', ja: '?' };
    const asked = questions.secret({ kind: 'password', machine: 'k8s-master', sentence });
    questions.refuseAll();
    expect(await asked).toBeUndefined();
  });
});

describe('terminals', () => {
  const shell = () => {
    const printed = new PassThrough();
    const written: string[] = [];
    const sizes: string[] = [];
    return {
      ...{ output: printed, written, sizes },
      write: (data: string) => void written.push(data),
      resize: (columns: number, rows: number) => void sizes.push(`${columns}x${rows}`),
      close: () => void printed.destroy(),
    };
  };

  it('carry what is typed and printed, whole characters only', async () => {
    const terminals = new Terminals();
    const one = shell();
    const id = terminals.add(one);
    terminals.write(id, 'ls\r');
    terminals.resize(id, 120, 40);
    const bytes = Buffer.from('漢');
    one.output.write(bytes.subarray(0, 1));
    one.output.write(bytes.subarray(1));
    const [piece] = await until(terminals.output(id, none), (all) => all.length > 0);
    expect([piece?.text, one.written, one.sizes]).toEqual(['漢', ['ls\r'], ['120x40']]);
  });

  it('end, and say so', async () => {
    const terminals = new Terminals();
    const one = shell();
    const id = terminals.add(one, { lab: 'lab', machine: 'k8s-worker1' });
    const reading = until(terminals.output(id, none), (all) => all.at(-1)?.ended ?? false);
    terminals.closeAll('lab');
    expect((await reading).at(-1)).toEqual({ text: '', ended: true });
    expect(() => terminals.write(id, 'x')).toThrow();
  });

  it('keep the newest 64 KiB for who comes late', async () => {
    const terminals = new Terminals();
    const one = shell();
    const id = terminals.add(one);
    for (let count = 0; count < 20; count += 1) one.output.write('y'.repeat(20_000));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const [piece] = await until(terminals.output(id, none), (all) => all.length > 0);
    expect(piece?.text.length).toBeLessThanOrEqual(128 << 10);
  });
});

describe('remembered secrets', () => {
  const encryption = {
    encrypt: (text: string) => Buffer.from(text).reverse().toString('base64'),
    decrypt: (text: string) => Buffer.from(text, 'base64').reverse().toString(),
  };
  const password = { kind: 'password' as const, machine: 'k8s-master', sentence: { en: '?', ja: '?' } };
  const answering = async (questions: Questions, secret: string) => {
    const [open] = await until(questions.follow(none), (all) => (all.at(-1)?.length ?? 0) > 0).then((all) =>
      all.slice(-1),
    );
    questions.answer(open?.[0]?.id ?? '', { answer: 'secret', secret, remember: true });
  };

  it('are asked for once, and kept encrypted', async () => {
    const home = await tempFolder();
    const questions = new Questions();
    const store = new SecretStore(home, encryption);
    const [given] = await Promise.all([
      new RememberedPrompts(questions, store, 'lab').secret(password),
      answering(questions, 'let me in'),
    ]);
    expect(given).toBe('let me in');
    expect(await new RememberedPrompts(questions, store, 'lab').secret(password)).toBe('let me in');
    expect(readFileSync(join(home, 'secrets.json'), 'utf8')).not.toContain('let me in');
  });

  it('that did not help are asked for again', async () => {
    const store = new SecretStore(await tempFolder(), encryption);
    await store.keep('lab password', 'old');
    const questions = new Questions();
    const prompts = new RememberedPrompts(questions, store, 'lab');
    expect(await prompts.secret(password)).toBe('old');
    const [given] = await Promise.all([prompts.secret(password), answering(questions, 'new')]);
    expect(given).toBe('new');
    expect(await store.read('lab password')).toBe('new');
  });
});
