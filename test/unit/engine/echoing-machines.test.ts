import { ORPCError } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { sh } from '../../../src-main/machines/command.ts';
import { CommandFailed } from '../../../src-main/machines/errors.ts';
import { exampleBundle } from '../example-bundle.ts';
import type { Replies } from '../table-machine.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, RECORDING as lab, tableAccess, until, type Client } from './example-engine.ts';

const SECRET = 'Zm9vZm9vZm9vZm9v';
const echoing: Replies = (command, machine) =>
  command.startsWith('uname -s') ? sampled(command, machine) : { stderr: `{"token":"${SECRET}"}\n`, exitCode: 1 };

let engine: Engine;
let client: Client;
beforeEach(async () => {
  ({ engine, client } = await exampleEngine(sampledLab, echoing));
  await client.lab.open({ lab });
});
afterEach(() => engine.close());

/** What a window is told is what the machines said, and no secret of it. */
function expectRedacted(told: unknown): void {
  expect(JSON.stringify(told)).toContain('[redacted]');
  expect(JSON.stringify(told)).not.toContain(SECRET);
}

it('a plan, and where each stage stands', async () => {
  expectRedacted(await client.rollouts.plan({ lab }));
  await client.lab.refresh({ lab });
  const states = await client.lab.watch({ lab });
  expectRedacted(await until(states, (all) => JSON.stringify(all).includes('token')));
});

it('the answer of a check, and of its command when it is run again', async () => {
  const place = { lab, stage: 'prepare-nodes', check: 'kernel-is-set', machine: 'k8s-worker1' };
  const answers = await client.rollouts.check(place);
  expectRedacted(answers);
  expectRedacted(await client.rollouts.rerun({ ...place, evidence: 0 }));
});

it('the log of a rollout', async () => {
  await client.rollouts.start({ lab, verb: 'verify', stage: 'prepare-nodes' });
  const log = await until(await client.rollouts.watch({ lab }), (all) =>
    all.some(({ events }) => events.some(({ event }) => event === 'rollout-finished')),
  );
  expectRedacted(log);
});

it('the picture, with what could not be read of it', async () => {
  const updates = await client.topology.watch({ lab });
  const told = await until(updates, (all) => JSON.stringify(all).includes('token'));
  expectRedacted(told);
});

it('a path', async () => {
  const target = 'http://192.168.2.200/';
  const paths = await client.paths.trace({ lab, target, count: 1, predictOnly: true });
  expectRedacted(await until(paths, () => false));
});

it('why machines are not reached, told as a state and as an error', async () => {
  const { bundle } = await exampleBundle();
  const open = () =>
    Promise.reject(
      new CommandFailed('k8s-master', `k8s-master: {"token":"${SECRET}"}`, {
        command: sh`true`,
        output: { stdout: '', stderr: `{"token":"${SECRET}"}`, exitCode: 1, duration: 1, at: 0 },
      }),
    );
  await engine.close();
  const recording = async () => ({ ...tableAccess(sampledLab, bundle, echoing), open });
  ({ engine, client } = await exampleEngine(sampledLab, echoing, { recording }));
  await client.lab.open({ lab });
  const error = await client.rollouts.plan({ lab }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ORPCError);
  expectRedacted([(error as Error).message, error]);
  expectRedacted(await until(await client.lab.watch({ lab }), (all) => all.at(-1)?.connection.state === 'failed'));
});
