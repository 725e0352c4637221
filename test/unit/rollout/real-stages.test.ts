import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventSchema, type EventOf, type RolloutEvent } from '../../../src-main/contract/events.ts';
import type { Lab } from '../../../src-main/lab/lab.ts';
import { Rollout } from '../../../src-main/rollout/rollout.ts';
import { stages } from '../../../src-main/stages/index.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { bare } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { TableMachine, type Replies } from '../table-machine.ts';

let lab: Lab;
let events: RolloutEvent[];
beforeAll(async () => {
  lab = { ...labOf(labText()), source: { bundle: (await exampleBundle()).folder } };
});
beforeEach(() => void (events = []));

/** The whole story over machines that answer out of a table; `without` leaves stages out. */
function rollout(replies: Replies, without: readonly string[] = []): Rollout {
  const all: Replies = (command, name) => {
    if (command === 'uname -s') return { stdout: 'Linux\n' };
    if (command === 'ip -j addr') return { stdout: '[]' };
    return replies(command, name) ?? bare(command);
  };
  return new Rollout({
    lab,
    stages: stages.filter(({ id }) => !without.includes(id)),
    open: async () =>
      new Map([...lab.nodes.map(({ name }) => name), 'client'].map((name) => [name, new TableMachine(name, all)])),
    emit: (event) => events.push(eventSchema.parse(event)),
    signal: new AbortController().signal,
  });
}

function of<Name extends RolloutEvent['event']>(name: Name): EventOf<Name>[] {
  return events.filter((event): event is EventOf<Name> => event.event === name);
}

describe('a machine of a cluster that Hoplab did not make', () => {
  const foreign: Replies = (command, name) =>
    command.startsWith('for f in /etc/kubernetes/admin.conf') && name === 'k8s-worker2'
      ? { stdout: '/etc/kubernetes/kubelet.conf\n' }
      : undefined;

  it('is found by preflight', async () => {
    expect(await rollout(foreign).up('client-resolver')).toMatchObject({ status: 'failed', changes: 0 });
    const failed = of('check-finished').filter(({ check }) => check === 'nodes-are-ours');
    expect(failed.map(({ machine, status }) => `${machine} ${status}`)).toEqual([
      'k8s-master passed',
      'k8s-worker1 passed',
      'k8s-worker2 failed',
    ]);
    expect(of('change-started')).toEqual([]);
  });

  it('keeps every machine from being changed, in the whole rollout', async () => {
    const outcome = await rollout(foreign, ['connect']).up('client-resolver');
    expect(outcome).toMatchObject({ status: 'failed', changes: 0, explanation: { machine: 'k8s-worker2' } });
    expect(of('change-started')).toEqual([]);
  });
});
