import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import type { Answer, Check } from '../../../src-main/checks/check.ts';
import { linuxClient } from '../../../src-main/client/linux/linux-client.ts';
import { macosClient } from '../../../src-main/client/macos/macos-client.ts';
import { FactReader } from '../../../src-main/facts/fact.ts';
import { askChecks } from '../../../src-main/rollout/ask-checks.ts';
import { stages } from '../../../src-main/stages/index.ts';
import { EVERY_STAGE, labOf, labText } from '../../lab-file/example.ts';
import { bare } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, questionOf } from '../table-machine.ts';

const lab = labOf(labText({ 9: EVERY_STAGE }));
const checks = stages.flatMap((stage) => stage.checks);
const named = stages.flatMap((stage) => stage.checks.map((check) => [check.id, check, stage] as const));
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

/** Answers of a machine on which nothing that a check asks for is found; ports and links are read by tools it has. */
const nothing = (command: string) => {
  if (command === 'ip -j addr') return { stdout: '[]' };
  if (command === 'ss -tulnp')
    return { stdout: 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n' };
  return bare(command);
};

async function asked(check: Check, client = linuxClient()): Promise<Answer> {
  const context = contextOf({ lab, bundle, client, replies: nothing });
  return check.ask(questionOf(context, machineOf(check)));
}

function machineOf({ on }: Check): string {
  return on === 'client' ? 'client' : on === 'workers' ? 'k8s-worker1' : 'k8s-master';
}

it('no two checks have the same id', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
});

describe.each(named)('%s', (id, check, stage) => {
  it('is a sentence in both languages', () => {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)+$/);
    expect(check.sentence.en).not.toMatch(/[\u3000-\u9fff]|\.$/);
    expect(check.sentence.ja).toMatch(/[\u3040-\u30ff]/);
  });

  it.each([
    ['Linux', linuxClient()],
    ['a Mac', macosClient()],
  ])('is answered, not thrown, where nothing is there (%s)', async (_, client) => {
    const answer = await asked(check, client);
    if (answer.status === 'not-applicable') {
      expect(answer.reason.en).not.toBe(answer.reason.ja);
      return;
    }
    const { expected, actual, meaning, remedy } = answer;
    for (const { en, ja } of [expected, meaning, remedy]) {
      expect(en.trim()).not.toBe('');
      expect(ja.trim()).not.toBe('');
    }
    for (const text of [meaning, remedy]) expect(text.en).not.toBe(text.ja);
    expect(`${expected.en} ${actual.en} ${expected.ja} ${actual.ja}`).not.toMatch(/\[object|NaN s/);
  });

  it('has a command as evidence, in whatever state the machines are', async () => {
    const [result] = await askChecks(
      { ...stage, checks: [check] },
      {
        context: contextOf({ lab, bundle, replies: nothing }),
        facts: new FactReader(),
        signal: new AbortController().signal,
        patient: false,
        machine: machineOf(check),
        emit: () => undefined,
      },
    );
    if (result?.status !== 'not-applicable') expect(result?.evidence).not.toEqual([]);
  });

  // only these ask for the absence of something, or for what every machine has
  const fineWhenBare = [
    ...['machine-is-big-enough', 'cgroups-are-usable', 'nodes-are-ours', 'ports-are-free', 'programs-are-there'],
    ...['client-has-programs', 'kubelet-starts-as-told', 'cni-is-free', 'client-asks-directly'],
  ];
  it('is not passed where nothing is there, unless that is what it asks for', async () => {
    expect((await asked(check)).status === 'passed').toBe(fineWhenBare.includes(id));
  });
});
