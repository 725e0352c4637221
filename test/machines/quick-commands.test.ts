import { afterAll, describe, expect, it } from 'vitest';
import { sh, type ShellCommand } from '../../src-main/machines/command.ts';
import { Cancelled, CommandFailed, CommandTimedOut, type MachineError } from '../../src-main/machines/errors.ts';
import { openLocalMachine } from '../../src-main/machines/local/local-machine.ts';
import type { Output, RunOptions } from '../../src-main/machines/machine.ts';
import { QuickCommands } from '../../src-main/machines/process/quick-commands.ts';
import { explain } from '../../src-main/rollout/explain.ts';

const machine = openLocalMachine({ name: 'k8s-worker1' });
afterAll(() => machine.close());

/** Asks all of them at the same moment, in one process of this computer. */
async function askTogether(commands: readonly ShellCommand[], options: RunOptions = {}) {
  const processes: string[] = [];
  const quick = new QuickCommands('k8s-worker1', (command, given) => {
    processes.push(command);
    return machine.run(command, given);
  });
  const ends = await Promise.allSettled(commands.map((command) => quick.run(command, options)));
  expect(processes).toHaveLength(1);
  return ends;
}

function answersOf(ends: readonly PromiseSettledResult<Output>[]): readonly string[] {
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.stdout] : []));
}

function errorsOf(ends: readonly PromiseSettledResult<Output>[]): readonly MachineError[] {
  return ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as MachineError] : []));
}

/** A line of ours between two answers: 24 hexadecimal digits and an exit code. */
const MARK = /[0-9a-f]{24}/;

function everythingTold(error: MachineError): string {
  return JSON.stringify([error.message, error.command, error.output, error.cause, explain(error)]);
}

describe('quick commands in one process that does not end in time', () => {
  const commands = [
    sh`echo one; echo first >&2`,
    sh`printf two`,
    sh`exit 3`,
    sh`echo half; echo why >&2; sleep 60`,
    sh`echo never`,
    sh`echo never again`,
  ];

  it('give the answers of those that have ended', async () => {
    const ends = await askTogether(commands, { timeout: 1500, accept: 'any' });
    expect(answersOf(ends)).toEqual(['one\n', 'two', '']);
    expect(ends[0]).toMatchObject({ value: { stderr: 'first\n', exitCode: 0 } });
    expect(ends[2]).toMatchObject({ value: { exitCode: 3 } });
  });

  it('tell of each of the rest by its own command, how many answered, and what it had printed', async () => {
    const errors = errorsOf(await askTogether(commands, { timeout: 1500, accept: 'any' }));
    expect(errors.map(({ command }) => command)).toEqual(commands.slice(3));
    for (const error of errors) {
      expect(error).toBeInstanceOf(CommandTimedOut);
      expect(error.message).toBe('k8s-worker1 answered 3 of 6 quick questions within 1.5 s: it is slow.');
      expect(explain(error).title.en).toContain('it answered 3 of 6 quick commands');
    }
    expect(errors.map(({ output }) => output?.stdout)).toEqual(['half\n', '', '']);
    expect(errors[0]?.output?.stderr).toBe('why\n');
  });

  it('show no marks of ours', async () => {
    const long = [...commands.slice(0, 3), sh`printf 'half a line'; sleep 60`, sh`true`];
    for (const error of errorsOf(await askTogether(long, { timeout: 1000, accept: 'any' }))) {
      expect(everythingTold(error)).not.toMatch(MARK);
    }
  });
});

describe('quick commands in one process that ends before its time', () => {
  it('give the answers of those that have ended when the rest is cancelled', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 800);
    const ends = await askTogether([sh`echo one`, sh`sleep 60`, sh`echo two`], { signal: stop.signal });
    expect(answersOf(ends)).toEqual(['one\n']);
    for (const error of errorsOf(ends)) {
      expect(error).toBeInstanceOf(Cancelled);
      expect(everythingTold(error)).not.toMatch(MARK);
    }
  });

  it('give the answers of those that have ended when the process is killed', async () => {
    const ends = await askTogether([sh`echo one`, sh`kill -KILL $PPID`, sh`echo two`]);
    expect(answersOf(ends)).toEqual(['one\n']);
    const errors = errorsOf(ends);
    expect(errors).toHaveLength(2);
    for (const error of errors) {
      expect(error).toBeInstanceOf(CommandFailed);
      expect(everythingTold(error)).not.toMatch(MARK);
    }
  });

  it('give an answer that looks like a mark as it was printed', async () => {
    const like = `\n${'a7'.repeat(12)} 0\n`;
    expect(answersOf(await askTogether([sh`printf %s ${like}`, sh`echo two`]))).toEqual([like, 'two\n']);
  });
});
