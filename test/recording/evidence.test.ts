import { describe, expect, it } from 'vitest';
import type { Evidence, EventOf, RolloutEvent } from '../../src-main/contract/events.ts';
import type { Machine, Printed } from '../../src-main/machines/machine.ts';
import { Rollout } from '../../src-main/rollout/rollout.ts';
import { LAST, of, PlayedLab, shipped, stages } from './play.ts';

interface Answer extends Printed {
  readonly machine: string;
  readonly command: string;
  readonly sudo: boolean;
}

/** The same machine; what it answers is noted. */
function noted(machine: Machine, answers: Answer[]): Machine {
  return {
    name: machine.name,
    where: machine.where,
    async run(command, options) {
      const output = await machine.run(command, options);
      answers.push({ machine: machine.name, command, sudo: options?.sudo ?? false, ...output });
      return output;
    },
    openShell: (options) => machine.openShell(options),
    close: () => machine.close(),
  };
}

function isWhatItGave({ machine, command, sudo = false, stdout, stderr, exitCode, omitted }: Evidence) {
  return (answer: Answer): boolean =>
    answer.machine === machine &&
    answer.command === command &&
    answer.sudo === sudo &&
    answer.exitCode === exitCode &&
    (omitted === undefined ? answer.stdout === stdout : answer.stdout.startsWith(stdout)) &&
    (omitted === undefined ? answer.stderr === stderr : answer.stderr.startsWith(stderr));
}

async function played(work: (rollout: Rollout) => Promise<unknown>, lab: PlayedLab) {
  const answers: Answer[] = [];
  const events: RolloutEvent[] = [];
  const { access } = lab;
  const open: typeof access.open = async (...parts) =>
    new Map([...(await access.open(...parts))].map(([name, machine]) => [name, noted(machine, answers)]));
  const emit = (event: RolloutEvent) => events.push(event);
  const signal = new AbortController().signal;
  await work(new Rollout({ access: { ...access, open }, stages, emit, signal }));
  return { answers, finished: of(events, 'check-finished').filter(({ status }) => status !== 'not-applicable') };
}

function expectEvidence({ answers, finished }: Awaited<ReturnType<typeof played>>): void {
  const names = ({ stage, check, machine }: EventOf<'check-finished'>) => `${stage}: ${check} on ${machine}`;
  expect(finished.filter(({ evidence }) => evidence.length === 0).map(names)).toEqual([]);
  for (const event of finished) {
    for (const piece of event.evidence) {
      const gave = piece.exitCode === null ? piece.stdout + piece.stderr === '' : answers.some(isWhatItGave(piece));
      expect(gave, `${names(event)}: ${piece.machine} $ ${piece.command}`).toBe(true);
    }
  }
}

describe('every check of every stage has evidence, and it is what the machine gave', () => {
  it('while the lab is rolled out, and after it', async () => {
    const lab = await PlayedLab.open();
    const up = await played((rollout) => rollout.up(LAST), lab);
    expect(new Set(up.finished.map(({ check }) => check))).toEqual(
      new Set(stages.flatMap(({ checks }) => checks.map(({ id }) => id))),
    );
    expectEvidence(up);
    expectEvidence(await played((rollout) => rollout.verify(stages), lab));
  });

  it('where it fails: on machines that are bare, or that were undone', async () => {
    const all = { made: Array.from({ length: (await shipped()).changes.length }, (_, number) => number) };
    for (const lab of [await PlayedLab.open(), await PlayedLab.open({ standing: all })]) {
      if (lab.access.state.standing.made.length > 0) await lab.undo('metallb');
      const asked = await played((rollout) => rollout.verify(stages), lab);
      expect(asked.finished.some(({ status }) => status === 'failed')).toBe(true);
      expectEvidence(asked);
    }
  });
});
