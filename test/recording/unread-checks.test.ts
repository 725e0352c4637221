import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FactReader } from '../../src-main/facts/fact.ts';
import { CommandFailed, CommandTimedOut } from '../../src-main/machines/errors.ts';
import type { Machine, Printed } from '../../src-main/machines/machine.ts';
import { askChecks, machinesOf, type CheckResult } from '../../src-main/rollout/ask-checks.ts';
import { Session } from '../../src-main/rollout/session.ts';
import { PlayedLab, shipped, stages } from './play.ts';

/** One question is answered so in place of what was recorded. */
const failures: Readonly<Record<string, Printed | 'no end in time'>> = {
  'a program that is not found': { stdout: '', stderr: 'sh: 1: x: not found\n', exitCode: 127 },
  'a permission that is missing': { stdout: '', stderr: 'cat: /x: Permission denied\n', exitCode: 1 },
  'nothing printed': { stdout: '', stderr: '', exitCode: 0 },
  'a silent failure': { stdout: '', stderr: '', exitCode: 2 },
  'a killed process': { stdout: '', stderr: '', exitCode: 137 },
  'something else': { stdout: 'Welcome\nto another place\n', stderr: '', exitCode: 0 },
  'no end in time': 'no end in time',
};

/** Questions to which one of these is an answer. */
const ANSWERS: readonly { readonly check: string; readonly command: RegExp; readonly as: RegExp }[] = [
  // an empty folder, or one with other files in it
  { check: 'cni-is-free', command: /^ls -1 /, as: /^(?:nothing printed|something else)$/ },
];

interface Unread {
  readonly machine: string;
  readonly command: string;
  readonly failure: Printed | 'no end in time';
}

let unread: Unread | undefined;

function failing(machine: Machine): Machine {
  const { name } = machine;
  return {
    name,
    where: machine.where,
    async run(command, options = {}) {
      if (unread?.machine !== name || unread.command !== command) return machine.run(command, options);
      const { failure } = unread;
      if (failure === 'no end in time') throw new CommandTimedOut(name, failure, { command });
      const output = { ...failure, duration: 1, at: Date.now() };
      const { accept = [0] } = options;
      if (accept === 'any' || accept.includes(failure.exitCode)) return output;
      throw new CommandFailed(name, `exit code ${failure.exitCode}`, { command, output });
    },
    openShell: (options) => machine.openShell(options),
    close: () => machine.close(),
  };
}

const signal = new AbortController().signal;
const recording = await shipped();
const checks = stages.flatMap((stage) => stage.checks.map((check) => [check.id, check, stage] as const));

describe('a check that passes', () => {
  /** By the stage that was done last. */
  const sessions = new Map<string, Session>();

  beforeAll(async () => {
    for (const [stage, height] of Object.entries(recording.done)) {
      const made = Array.from({ length: height }, (_, number) => number);
      const { access } = await PlayedLab.open({ standing: { made } });
      const open: typeof access.open = async (...parts) =>
        new Map([...(await access.open(...parts))].map(([name, machine]) => [name, failing(machine)]));
      sessions.set(stage, await Session.open({ ...access, open }, signal));
    }
  });
  afterAll(() => Promise.all([...sessions.values()].map((session) => session.close())));

  it.each(checks)('passes no more when a question of it is not answered: %s', async (id, check, stage) => {
    const session = sessions.get(stage.id);
    if (!session) throw new Error(`no recording of ${stage.id}`);
    const [machine = ''] = machinesOf(check, session.context.lab);
    const ask = async (): Promise<CheckResult> => {
      const facts = new FactReader();
      const context = {
        ...session.context,
        read: <Value>(name: string, fact: Parameters<typeof session.context.read<Value>>[1]) =>
          facts.read(session.context.machine(name), fact),
      };
      const parts = { context, facts, signal, patient: false, machine, emit: () => undefined };
      const [result] = await askChecks({ ...stage, checks: [check] }, parts);
      if (!result) throw new Error(`${id} was not asked`);
      return result;
    };
    unread = undefined;
    const fine = await ask();
    expect([fine.status, fine.actual.en, fine.meaning.en]).toEqual(['passed', fine.actual.en, fine.meaning.en]);
    const weak: string[] = [];
    for (const { machine: asked, command } of fine.evidence) {
      for (const [name, failure] of Object.entries(failures)) {
        unread = { machine: asked, command, failure };
        const { status } = await ask();
        const isAnswer = ANSWERS.some((one) => one.check === id && one.command.test(command) && one.as.test(name));
        if (status !== 'failed' && !isAnswer) weak.push(`${status} by ${name}: ${asked} $ ${command}`);
      }
    }
    unread = undefined;
    expect(weak).toEqual([]);
  });
});
