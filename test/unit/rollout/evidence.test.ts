import { expect, it } from 'vitest';
import { passedIf, type Check, type Question } from '../../../src-main/checks/check.ts';
import type { Evidence } from '../../../src-main/contract/events.ts';
import { verbatim } from '../../../src-main/contract/text.ts';
import { FactReader, type Fact } from '../../../src-main/facts/fact.ts';
import { sh } from '../../../src-main/machines/command.ts';
import { CommandFailed, ConnectionLost } from '../../../src-main/machines/errors.ts';
import { askChecks, type CheckResult } from '../../../src-main/rollout/ask-checks.ts';
import { stages } from '../../../src-main/stages/index.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies } from '../table-machine.ts';

const lab = labOf(labText());
const NODE = 'k8s-master';
const [first] = stages;
const { bundle } = await exampleBundle();

function fact(name: string, parts: Partial<Fact<string>> = {}): Fact<string> {
  return { id: name, command: sh`tell ${name}`, parse: ({ stdout }) => stdout, ...parts };
}

/** What a check that asks like this tells, on machines that answer like that. */
async function told(
  replies: Replies,
  ask: (question: Question) => Promise<unknown>,
  facts = new FactReader(),
): Promise<CheckResult> {
  const text = verbatim('x');
  const check: Check = {
    id: 'asks',
    sentence: text,
    on: 'control-plane',
    async ask(question) {
      await ask(question);
      return { status: passedIf(true), expected: text, actual: text, meaning: text, remedy: text };
    },
  };
  if (!first) throw new Error('no stage');
  const context = contextOf({ lab, bundle, replies });
  const asking = { context, facts, signal: new AbortController().signal, patient: false, emit: () => undefined };
  const [result] = await askChecks({ ...first, checks: [check] }, asking);
  if (!result) throw new Error('not asked');
  return result;
}

const said = (all: readonly Evidence[]) => all.map(({ machine, command, stdout }) => [machine, command, stdout]);
const echo: Replies = (command, machine) => ({ stdout: `${machine} says ${command}` });

it('a command that told a fact is evidence, in the order of the asking', async () => {
  const { evidence } = await told(echo, async (question) => {
    await Promise.all([question.read(NODE, fact('a', { sudo: true })), question.run(sh`run b`)]);
    await question.readFresh('client', fact('c'));
  });
  expect(said(evidence)).toEqual([
    [NODE, 'tell a', `${NODE} says tell a`],
    [NODE, 'run b', `${NODE} says run b`],
    ['client', 'tell c', 'client says tell c'],
  ]);
  expect(evidence.map(({ sudo }) => sudo)).toEqual([true, undefined, undefined]);
});

it('a fact that is known is evidence with the time at which it was really read, and stands there once', async () => {
  const facts = new FactReader();
  const context = contextOf({ lab, bundle, replies: echo });
  const known = await facts.take(context.machine(NODE), fact('a'));
  const { evidence } = await told(
    () => ({ stdout: 'something else now' }),
    async (question) => {
      await question.read(NODE, fact('a'));
      await question.read(NODE, fact('a'));
    },
    facts,
  );
  expect(evidence).toMatchObject([
    { stdout: `${NODE} says tell a`, at: new Date(known.at).toISOString(), duration: Math.round(known.duration) },
  ]);
});

it('what is read afresh twice are two pieces', async () => {
  let count = 0;
  const counting: Replies = () => ({ stdout: String((count += 1)) });
  const { evidence } = await told(counting, async (question) => {
    await question.readFresh(NODE, fact('a'));
    await question.readFresh(NODE, fact('a'));
  });
  expect(evidence.map(({ stdout }) => stdout)).toEqual(['1', '2']);
});

it('a reading that failed is evidence, with what came back', async () => {
  const { status, evidence } = await told(
    () => ({ stderr: 'no such thing\n', exitCode: 3 }),
    (question) => question.read(NODE, fact('a')),
  );
  expect(status).toBe('failed');
  expect(evidence).toMatchObject([{ command: 'tell a', stderr: 'no such thing\n', exitCode: 3 }]);
  expect(evidence[0]?.problem).toBeDefined();
});

it('so is the fact that a failed one was judged by', async () => {
  const judged = fact('a', {
    accept: 'any',
    async failure({ machine, command, output, read }) {
      await read(fact('b'));
      return new CommandFailed(machine, 'no answer', { command, output });
    },
  });
  const { status, evidence } = await told(echo, (question) => question.read(NODE, judged));
  expect(status).toBe('failed');
  expect(evidence.map(({ command, problem }) => [command, problem !== undefined])).toEqual([
    ['tell a', true],
    ['tell b', false],
  ]);
});

it.each([
  ['a fact', (question: Question) => question.read(NODE, fact('a'))],
  ['a command of the check', (question: Question) => question.run(sh`tell a`)],
])('of a machine that is lost meanwhile, %s is evidence that never came back', async (_, ask) => {
  const { status, evidence } = await told((command, machine) => {
    throw new ConnectionLost(machine, 'gone', { command: sh`${command}` });
  }, ask);
  expect(status).toBe('failed');
  expect(evidence).toMatchObject([{ machine: NODE, command: 'tell a', stdout: '', stderr: '', exitCode: null }]);
  expect(evidence[0]?.problem?.en).toContain(NODE);
});

it('an answer that is very long is told in part, and how much is missing; the check itself gets all of it', async () => {
  const long = 'x'.repeat(300_000);
  let got = 0;
  const { evidence } = await told(
    () => ({ stdout: long }),
    async (question) => {
      const { stdout } = await question.run(sh`much`);
      got = stdout.length + (await question.read(NODE, fact('a'))).length;
    },
  );
  expect(got).toBe(600_000);
  for (const { stdout, omitted } of evidence) {
    expect(stdout.length).toBeLessThan(50_000);
    expect(stdout.length + (omitted ?? 0)).toBe(300_000);
  }
});
