import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { verbatim } from '../../../src-main/contract/text.ts';
import { passedIf, type Check } from '../../../src-main/checks/check.ts';
import { eventSchema, type EventOf, type RolloutEvent } from '../../../src-main/contract/events.ts';
import { textFile } from '../../../src-main/facts/text-file.ts';
import { embed, sh, type ShellCommand } from '../../../src-main/machines/command.ts';
import {
  CommandFailed,
  CommandTimedOut,
  ConnectionLost,
  HostKeyUnknown,
  MachineUnreachable,
  type MachineError,
} from '../../../src-main/machines/errors.ts';
import { Rollout, type RolloutOptions } from '../../../src-main/rollout/rollout.ts';
import type { OpenMachines } from '../../../src-main/rollout/session.ts';
import type { Change, Plan } from '../../../src-main/plan/plan.ts';
import type { LabContext } from '../../../src-main/plan/lab-context.ts';
import type { Stage } from '../../../src-main/stages/stage.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { thisComputer } from '../this-computer.ts';

const NODE = 'k8s-master';
const lab = labOf(labText());
let bundle: Bundle;
let folder: string;
let events: RolloutEvent[];
beforeAll(async () => {
  ({ bundle } = await exampleBundle());
});
beforeEach(async () => {
  folder = await tempFolder();
  events = [];
});

const path = (name: string) => join(folder, name);
const order = () => (existsSync(path('order')) ? readFileSync(path('order'), 'utf8').trim().split('\n') : []);

/** Notes its name, runs, and leaves a file of its name. */
function change(name: string, command: ShellCommand = sh`:`): Change {
  const noted = sh`echo ${name} >> ${path('order')} && ${embed(command)} && touch ${path(name)}`;
  return { machine: NODE, sentence: { en: `Do ${name}`, ja: `${name} を行う` }, command: noted };
}

async function unless(context: LabContext, name: string, plan: Plan): Promise<Plan> {
  return (await context.read(NODE, textFile(path(name)))) === undefined ? plan : [];
}

function check(id: string, name: string): Check {
  return {
    id,
    sentence: { en: 'It is there', ja: 'それがある' },
    on: 'control-plane',
    async ask(question) {
      const { exitCode } = await question.run(sh`[ -e ${path(name)} ]`);
      const text = verbatim(String(exitCode));
      return { status: passedIf(exitCode === 0), expected: verbatim('0'), actual: text, meaning: text, remedy: text };
    },
  };
}

/** A stage that is done when the file of its name is there. */
function stage(id: string, parts: Partial<Stage> = {}): Stage {
  const text = { en: id, ja: id };
  return {
    id,
    title: text,
    problem: text,
    solves: text,
    needs: [],
    livesIn: 'machines',
    checks: [check(`${id}-is-there`, id)],
    decide: (context) => unless(context, id, change(id)),
    undo: async () => change(`undo-${id}`, sh`rm ${path(id)}`),
    ...parts,
  };
}

/** Each needs the one before, unless it says what it needs. */
function linear(stages: readonly Stage[]): readonly Stage[] {
  return stages.map((one, index) => {
    const before = stages.slice(0, index).slice(-1);
    return { ...one, needs: one.needs.length > 0 ? one.needs : before.map(({ id }) => id) };
  });
}

function rollout(
  stages: readonly Stage[],
  { open, ...more }: Partial<RolloutOptions> & { open?: OpenMachines } = {},
): Rollout {
  const names = [...lab.nodes.map(({ name }) => name), 'client'];
  return new Rollout({
    access: { lab, bundle, open: open ?? (async () => new Map(names.map((name) => [name, thisComputer(name)]))) },
    stages: linear(stages),
    emit: (event) => events.push(eventSchema.parse(event)),
    signal: new AbortController().signal,
    ...more,
  });
}

function of<Name extends RolloutEvent['event']>(name: Name): EventOf<Name>[] {
  return events.filter((event): event is EventOf<Name> => event.event === name);
}

const finished = () => of('stage-finished').map((event) => `${event.stage} ${event.status}`);

describe('rolling out', () => {
  it('makes stage after stage true, up to the one that was asked for', async () => {
    const outcome = await rollout([stage('a'), stage('b'), stage('c')]).up('b');
    expect(outcome).toMatchObject({
      status: 'done',
      changes: 2,
      checks: { passed: 2, failed: 0, notApplicable: 0 },
      halfDone: [],
    });
    expect(order()).toEqual(['a', 'b']);
    expect(finished()).toEqual(['a done', 'b done']);
    expect(events.at(-1)).toEqual(outcome);
  });

  it('changes nothing where all is done, and proves it all the same', async () => {
    for (const name of ['a', 'b']) writeFileSync(path(name), '');
    const outcome = await rollout([stage('a'), stage('b')]).up('b');
    expect(outcome).toMatchObject({ status: 'done', changes: 0, checks: { passed: 2 } });
    expect(order()).toEqual([]);
    expect(events.map((event) => ('stage' in event ? `${event.event} ${event.stage}` : event.event))).toEqual([
      'stage-started a',
      'check-started a',
      'check-finished a',
      'stage-finished a',
      'stage-started b',
      'check-started b',
      'check-finished b',
      'stage-finished b',
      'rollout-finished',
    ]);
  });

  it('takes up where an earlier one ended', async () => {
    writeFileSync(path('a'), '');
    expect(await rollout([stage('a'), stage('b')]).up('b')).toMatchObject({ status: 'done', changes: 1 });
    expect(finished()).toEqual(['a done', 'b done']);
  });

  it('rolls a middle stage out again when it is not true any more, and what stands behind it is only proved', async () => {
    for (const name of ['a', 'c']) writeFileSync(path(name), '');
    expect(await rollout([stage('a'), stage('b'), stage('c')]).up('c')).toMatchObject({ status: 'done', changes: 1 });
    expect(order()).toEqual(['b']);
    expect(finished()).toEqual(['a done', 'b done', 'c done']);
  });

  it('stops at a check that fails, with evidence and remedy, and begins no later stage', async () => {
    const broken = stage('b', { checks: [check('never', 'nowhere')] });
    const outcome = await rollout([stage('a'), broken, stage('c')]).up('c');
    expect(outcome).toMatchObject({ status: 'failed', changes: 2, checks: { passed: 1, failed: 1 } });
    expect(order()).toEqual(['a', 'b']);
    expect(finished()).toEqual(['a done', 'b failed']);
    const [failed] = of('check-finished').filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject({ check: 'never', machine: NODE, remedy: { en: '1' } });
    expect(failed?.evidence).toMatchObject([{ machine: NODE, exitCode: 1 }]);
  });

  it('stops at a check that fails of a stage that needs no change', async () => {
    writeFileSync(path('a'), '');
    const outcome = await rollout([stage('a', { checks: [check('never', 'nowhere')] }), stage('b')]).up('b');
    expect(outcome.status).toBe('failed');
    expect(order()).toEqual([]);
  });

  it('asks again, for as long as the check is patient, after a change', async () => {
    const slow: Check = { ...check('soon', 'soon'), patience: 10_000 };
    const background = sh`(sleep 0.7; touch ${path('soon')}) > /dev/null 2>&1 &`;
    const starting = change('a', sh`{ ${embed(background)} }`);
    const patient = stage('a', { checks: [slow], decide: (context) => unless(context, 'a', starting) });
    expect(await rollout([patient]).up('a')).toMatchObject({ status: 'done' });
  });

  it('asks a patient check again, though the first answer took longer than its patience', async () => {
    const passing = check('soon', 'a');
    let asked = 0;
    const slow: Check = {
      ...passing,
      patience: 50,
      async ask(question) {
        const answer = await passing.ask(question);
        await question.run(sh`sleep 0.1`);
        return (asked += 1) === 1 ? { ...answer, status: 'failed' } : answer;
      },
    } as Check;
    expect(await rollout([stage('a', { checks: [slow] })]).up('a')).toMatchObject({ status: 'done' });
    expect(asked).toBe(2);
  });

  it('stops at a change that fails, and explains it', async () => {
    const failing = stage('a', { decide: async () => change('a', sh`{ echo No space left on device >&2; exit 3; }`) });
    const outcome = await rollout([failing, stage('b')]).up('b');
    expect(outcome).toMatchObject({
      status: 'failed',
      explanation: { machine: NODE, reason: { en: 'The disk is full.' } },
    });
    expect(order()).toEqual(['a']);
    expect(of('change-failed')).toHaveLength(1);
    expect(finished()).toEqual(['a failed']);
  });

  it('tells of a machine that cannot be opened', async () => {
    const open = () =>
      Promise.reject(new HostKeyUnknown('k8s-worker1', 'no', { host: 'k8s-worker1', shown: 'SHA256:x' }));
    const outcome = await rollout([stage('a')], { open }).up('a');
    expect(outcome).toMatchObject({ status: 'failed', explanation: { machine: 'k8s-worker1' } });
    expect(events).toEqual([outcome]);
  });

  it('admits an error of its own in a stage', async () => {
    const outcome = await rollout([stage('a', { decide: () => Promise.reject(new TypeError('oops')) })]).up('a');
    expect(outcome).toMatchObject({ status: 'failed', explanation: { title: { en: 'Hoplab itself failed' } } });
  });
});

describe('a machine that goes away', () => {
  /** Loses the connection at the first `times` runs of the change of stage a. */
  function unreliable(times: number): OpenMachines {
    let lost = 0;
    return async () => {
      const losing = (command: string) => {
        if (!command.includes('echo a >>') || lost === times) return;
        lost += 1;
        throw new ConnectionLost(NODE, 'it went away');
      };
      return new Map([NODE, 'client'].map((name) => [name, thisComputer(name, losing)]));
    };
  }

  it('is waited for, and its stage decided anew', async () => {
    let decided = 0;
    const counting = stage('a', {
      decide: (context) => {
        decided += 1;
        return unless(context, 'a', change('a'));
      },
    });
    const outcome = await rollout([counting, stage('b')], { open: unreliable(2) }).up('b');
    expect(outcome).toMatchObject({ status: 'done', changes: 2, halfDone: [] });
    expect(of('waiting').map(({ machine }) => machine)).toEqual([NODE, NODE]);
    expect(decided).toBe(4); // once to see what is done, and once before each attempt
  });

  it('again and again is given up', async () => {
    const outcome = await rollout([stage('a')], { open: unreliable(99) }).up('a');
    expect(outcome).toMatchObject({ status: 'failed', explanation: { machine: NODE } });
    expect(of('change-failed')).toHaveLength(4);
    expect(of('waiting')).toHaveLength(3);
  });
});

describe('what is away for a moment', () => {
  /** Throws the errors at the first commands that hold `part`, one each. */
  function failing(part: string, errors: readonly MachineError[]): OpenMachines {
    const left = [...errors];
    const before = (command: string) => {
      const error = command.includes(part) ? left.shift() : undefined;
      if (error) throw error;
    };
    return async () => new Map([NODE, 'client'].map((name) => [name, thisComputer(name, before)]));
  }
  const lost = new ConnectionLost(NODE, 'it went away');
  const slow = new CommandTimedOut(NODE, 'too slow', {
    output: { stdout: '', stderr: 'failed calling webhook "x"\n', exitCode: -1, duration: 1, at: 0 },
  });

  it('is waited for when a stage is taken back', async () => {
    writeFileSync(path('a'), '');
    expect(await rollout([stage('a')], { open: failing('undo-a', [lost]) }).undo('a')).toMatchObject({
      status: 'done',
      changes: 1,
    });
    expect(of('stage-undone')).toMatchObject([{ changes: 1 }]);
    expect(of('waiting')).toHaveLength(1);
  });

  it('is waited for at the first thing that is read', async () => {
    const outcome = await rollout([stage('a')], { open: failing('admin.conf', [lost]) }).up('a');
    expect(outcome).toMatchObject({ status: 'done', changes: 1 });
  });

  it('is waited for when the machines are opened', async () => {
    const gone = [new MachineUnreachable(NODE, 'starting')];
    const open: OpenMachines = async () => {
      const error = gone.shift();
      if (error) throw error;
      return new Map([NODE, 'client'].map((name) => [name, thisComputer(name)]));
    };
    expect(await rollout([stage('a')], { open }).up('a')).toMatchObject({ status: 'done', changes: 1 });
    expect(of('waiting').map(({ machine }) => machine)).toEqual([NODE]);
  });

  it.each<[string, readonly MachineError[]]>([
    ['lost', [lost, lost]],
    ['too slow, as after it has started', [slow, slow, slow]],
  ])('does not make a check fail that has no patience of its own: a machine that is %s', async (_, errors) => {
    const open = failing(`[ -e ${path('a')} ]`, errors);
    expect((await rollout([stage('a')], { open }).up('a')).status).toBe('done');
  });

  it('makes a check fail at once where nobody has patience', async () => {
    writeFileSync(path('a'), '');
    const open = failing(`[ -e ${path('a')} ]`, [slow]);
    const outcome = await rollout([stage('a')], { open }).verify([stage('a')]);
    expect(outcome).toMatchObject({ status: 'failed', checks: { failed: 1 } });
  });

  const REFUSED = 'The connection to the server 192.168.2.10:6443 was refused - did you specify the right host?';
  const FORBIDDEN =
    'Error from server (Forbidden): nodes is forbidden: User "kubernetes-admin" cannot list resource "nodes" in API group "" at the cluster scope';

  /** An API server that says this to a change so many times, and that it is ready to whoever asks. */
  function answering(stderr: string, times: number): OpenMachines {
    const output = { stdout: '', exitCode: 1, duration: 1, at: 0, stderr };
    let left = times;
    const before = (command: string) => {
      if (!command.includes('echo a >>') || left === 0) return;
      left -= 1;
      throw new CommandFailed(NODE, 'no', { command: sh`kubectl get nodes`, output });
    };
    return async () => {
      const machine = thisComputer(NODE, before);
      const ready: typeof machine = {
        ...machine,
        run: (command, options) => machine.run(command.includes('/readyz') ? sh`true` : command, options),
      };
      return new Map([
        [NODE, ready],
        ['client', thisComputer('client')],
      ]);
    };
  }

  it.each([
    [REFUSED, `The API server on ${NODE} is not responding; waiting until it does`],
    [FORBIDDEN, `The API server on ${NODE} is not ready yet; waiting until it is`],
  ])('may be the API server: a change that it did not take is decided anew: %s', async (stderr, sentence) => {
    const outcome = await rollout([stage('a')], { open: answering(stderr, 1) }).up('a');
    expect(outcome).toMatchObject({ status: 'done', changes: 1 });
    expect(of('waiting').map(({ sentence: { en } }) => en)).toEqual([sentence]);
  });

  it('is not an administrator who has no rights: after a while that is what is told', async () => {
    const outcome = await rollout([stage('a')], { open: answering(FORBIDDEN, 99) }).up('a');
    expect(of('waiting')).toHaveLength(3);
    expect(outcome).toMatchObject({ status: 'failed', explanation: { detail: FORBIDDEN } });
    expect(outcome.explanation?.title.en).toContain('A command failed');
  });

  it('is not what a command is that takes too long: it is tried once more, and its last words are told', async () => {
    const outcome = await rollout([stage('a')], { open: failing('echo a >>', [slow, slow, slow]) }).up('a');
    expect(outcome).toMatchObject({
      status: 'failed',
      explanation: {
        detail: 'failed calling webhook "x"',
        reason: { en: expect.stringContaining('cannot reach a webhook') as string },
      },
    });
    expect(of('change-failed')).toHaveLength(2);
    expect((await rollout([stage('b')], { open: failing('echo b >>', [slow]) }).up('b')).status).toBe('done');
  });
});

describe('what may be made early', () => {
  const early = (after: string, command?: ShellCommand): Partial<Stage> => ({
    ahead: [{ after, decide: (context) => unless(context, 'early', change('early', command)) }],
    async decide(context) {
      return [await unless(context, 'early', change('early', sh`:`)), await unless(context, 'c', change('c'))];
    },
  });

  it('is made while an earlier stage works, and not again', async () => {
    // b ends only when the early part of c is there
    const waiting = change('b', sh`{ until [ -e ${path('early')} ]; do sleep 0.02; done; }`);
    const b = stage('b', { decide: (context) => unless(context, 'b', waiting) });
    const outcome = await rollout([stage('a'), b, stage('c', early('a'))]).up('c');
    expect(outcome).toMatchObject({ status: 'done', changes: 4 });
    expect(order().filter((name) => name === 'early')).toHaveLength(1);
    expect(of('change-started').filter(({ ahead }) => ahead)).toMatchObject([
      { stage: 'c', sentence: { en: 'Do early' } },
    ]);
  });

  it('begins at a milestone in the middle of a stage', async () => {
    const waiting = change('b', sh`{ until [ -e ${path('early')} ]; do sleep 0.02; done; }`);
    const b = stage('b', { decide: (context) => unless(context, 'b', [{ reached: 'container-runtime' }, waiting]) });
    expect((await rollout([b, stage('c', early('container-runtime'))]).up('c')).status).toBe('done');
  });

  it('begins also after a stage that was done before', async () => {
    writeFileSync(path('a'), '');
    const waiting = change('b', sh`{ until [ -e ${path('early')} ]; do sleep 0.02; done; }`);
    const b = stage('b', { decide: (context) => unless(context, 'b', waiting) });
    expect((await rollout([stage('a'), b, stage('c', early('a'))]).up('c')).status).toBe('done');
  });

  it('and fails is told, disturbs nobody, and is made again in its stage', async () => {
    const outcome = await rollout([stage('a'), stage('b'), stage('c', early('a', sh`exit 1`))]).up('c');
    expect(outcome).toMatchObject({ status: 'done', changes: 4 });
    expect(of('change-failed')).toMatchObject([{ stage: 'c' }]);
    expect(order().filter((name) => name === 'early')).toHaveLength(2);
  });

  it('and cannot be decided yet is decided in its stage', async () => {
    const failing = { ...early('a'), ahead: [{ after: 'a', decide: () => Promise.reject(new Error('not yet')) }] };
    expect((await rollout([stage('a'), stage('b'), stage('c', failing)]).up('c')).status).toBe('done');
  });

  it('is not begun for a stage that is not asked for', async () => {
    await rollout([stage('a'), stage('b'), stage('c', early('a'))]).up('b');
    expect(order()).toEqual(['a', 'b']);
  });
});

describe('verifying', () => {
  it('asks every check, also behind one that fails, and changes nothing', async () => {
    writeFileSync(path('c'), '');
    const all = [stage('a'), stage('b', { checks: [] }), stage('c')];
    const outcome = await rollout(all).verify(all);
    expect(outcome).toMatchObject({ status: 'failed', changes: 0, checks: { passed: 1, failed: 1 } });
    expect(finished()).toEqual(['a failed', 'b done', 'c done']);
    expect(order()).toEqual([]);
  });

  it('is done when all pass', async () => {
    writeFileSync(path('a'), '');
    expect((await rollout([stage('a')]).verify([stage('a')])).status).toBe('done');
  });

  it('tells of a check that does not concern this lab', async () => {
    const reason = { en: 'no', ja: 'いいえ' };
    const void_: Check = { ...check('void', 'x'), ask: async () => ({ status: 'not-applicable', reason }) };
    const all = [stage('a', { checks: [void_] })];
    expect(await rollout(all).verify(all)).toMatchObject({ status: 'done', checks: { notApplicable: 1 } });
    expect(of('check-finished')).toMatchObject([{ status: 'not-applicable', meaning: reason }]);
  });

  it('asks a check on the machines that it belongs to', async () => {
    const on = (where: Check['on']): Check => ({ ...check(where, 'x'), on: where });
    const all = [stage('a', { checks: [on('client'), on('control-plane'), on('every-node'), on('workers')] })];
    await rollout(all).verify(all);
    const asked = of('check-finished').map((event) => `${event.check} ${event.machine}`);
    expect(asked.sort()).toEqual(
      [
        'client client',
        'control-plane k8s-master',
        ...lab.nodes.map(({ name }) => `every-node ${name}`),
        'workers k8s-worker1',
        'workers k8s-worker2',
      ].sort(),
    );
  });

  it('takes a machine that does not answer for a failed check', async () => {
    const lost = (command: string) => {
      if (command.startsWith('[ -e')) throw new ConnectionLost(NODE, 'gone');
    };
    const open = async () => new Map([NODE, 'client'].map((name) => [name, thisComputer(name, lost)]));
    const all = [stage('a')];
    expect(await rollout(all, { open }).verify(all)).toMatchObject({ status: 'failed', checks: { failed: 1 } });
    expect(of('check-finished')[0]?.actual.en).toContain('connection to k8s-master was lost');
  });
});

describe('undoing', () => {
  it('takes stages back in reverse order, down to the one that was named', async () => {
    for (const name of ['a', 'b', 'c']) writeFileSync(path(name), '');
    rmSync(path('order'), { force: true });
    const outcome = await rollout([stage('a'), stage('b'), stage('c')]).undo('b');
    expect(outcome).toMatchObject({ status: 'done', changes: 2 });
    expect(order()).toEqual(['undo-c', 'undo-b']);
    expect(of('stage-undone').map((event) => [event.stage, event.changes])).toEqual([
      ['c', 1],
      ['b', 1],
    ]);
  });

  it('takes back what needs it, directly or not, and leaves the rest; without a stage, all', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) writeFileSync(path(name), '');
    const all = [stage('a'), stage('b'), stage('c'), stage('d', { needs: ['a'] }), stage('e', { needs: ['d', 'b'] })];
    await rollout(all).undo('b');
    expect(order()).toEqual(['undo-e', 'undo-c', 'undo-b']);
    await rollout(all).up('d');
    expect(finished()).toEqual(['a done', 'd done']);
    await rollout(all).up();
    expect(order().slice(3)).toEqual(['b', 'c', 'e']);
    rmSync(path('order'));
    await rollout(all).undo();
    expect(order()).toEqual(['undo-e', 'undo-d', 'undo-c', 'undo-b', 'undo-a']);
  });

  it('leaves to the cluster what goes with it', async () => {
    for (const name of ['a', 'control-plane', 'c', 'd']) writeFileSync(path(name), '');
    const all = [stage('a'), stage('control-plane'), stage('c', { livesIn: 'cluster' }), stage('d')];
    await rollout(all).undo('control-plane');
    expect(order()).toEqual(['undo-d', 'undo-control-plane']);
  });

  it('of a whole lab takes what a stage has left that is asked for no longer, and does not name one that left nothing', async () => {
    for (const name of ['a', 'control-plane', 'left']) writeFileSync(path(name), '');
    const left = stage('left', {
      undoLeft: async (context) =>
        (await context.read(NODE, textFile(path('left')))) === undefined
          ? []
          : change('undo-left', sh`rm ${path('left')}`),
    });
    const none = stage('none', { undoLeft: async () => [] });
    const [own, known] = [
      [stage('a'), stage('control-plane')],
      [stage('a'), none, left],
    ];
    expect(await rollout(own).reset(known)).toMatchObject({ status: 'done', changes: 3 });
    expect(order()).toEqual(['undo-control-plane', 'undo-a', 'undo-left']);
    expect(of('stage-undone').map((event) => event.stage)).toEqual(['control-plane', 'a', 'left']);
    events = [];
    for (const name of ['a', 'control-plane']) writeFileSync(path(name), '');
    await rollout(own).reset(known);
    expect(of('stage-undone').map((event) => event.stage)).toEqual(['control-plane', 'a']);
  });

  it('stops where something cannot be taken back', async () => {
    for (const name of ['a', 'b']) writeFileSync(path(name), '');
    const stuck = stage('b', { undo: async () => change('stuck', sh`exit 1`) });
    expect(await rollout([stage('a'), stuck]).undo('a')).toMatchObject({ status: 'failed' });
    expect(order()).toEqual(['stuck']);
  });
});

describe('stopping', () => {
  it('ends a rollout as cancelled, and names what is half done', async () => {
    const controller = new AbortController();
    const slow = stage('b', { decide: async () => change('b', sh`sleep 30`) });
    const running = rollout([stage('a'), slow, stage('c')], { signal: controller.signal }).up('c');
    while (!order().includes('b')) await sleep(20);
    controller.abort();
    const outcome = await running;
    expect(outcome).toMatchObject({
      status: 'cancelled',
      changes: 1,
      halfDone: [{ machine: NODE, sentence: { en: 'Do b' } }],
    });
    expect(outcome.explanation).toBeUndefined();
    expect(finished()).toEqual(['a done', 'b cancelled']);
  });

  it('before it began changes nothing', async () => {
    expect(await rollout([stage('a')], { signal: AbortSignal.abort() }).up('a')).toMatchObject({ status: 'cancelled' });
    expect(order()).toEqual([]);
  });

  it('ends the patience of a check', async () => {
    const controller = new AbortController();
    const patient = stage('a', { checks: [{ ...check('never', 'nowhere'), patience: 60_000 }] });
    const running = rollout([patient], { signal: controller.signal }).up('a');
    while (of('check-started').length === 0) await sleep(20);
    controller.abort();
    expect(await running).toMatchObject({ status: 'cancelled' });
  });
});
