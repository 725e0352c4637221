import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { READ_CLOCK } from '../../../src-main/facts/clock.ts';
import { changesOf, type Change } from '../../../src-main/plan/plan.ts';
import { connect } from '../../../src-main/stages/connect.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf } from '../table-machine.ts';

describe('the clocks of the nodes', () => {
  let bundle: Bundle;
  beforeAll(async () => void ({ bundle } = await exampleBundle()));

  /** @param printed by worker 1; the others agree */
  async function decided(printed: (now: number) => string): Promise<readonly Change[]> {
    const replies = (command: string, name: string) => {
      const now = Math.round(Date.now() / 1000);
      return command === READ_CLOCK ? { stdout: name === 'k8s-worker1' ? printed(now) : `${now}\n` } : undefined;
    };
    return changesOf(await connect.decide(contextOf({ lab: labOf(labText()), bundle, replies })));
  }

  it('are set by connect where they are far behind, as after a sleep', async () => {
    const changes = await decided((now) => `${now - 7200}\n`);
    expect(changes.map(({ machine }) => machine)).toEqual(['k8s-worker1']);
    expect(changes[0]?.sentence.en).toMatch(/^Set the clock of k8s-worker1, which is 720[01] s behind$/);
    expect(changes[0]?.command).toMatch(/^date -u -s @\$\(\( \$\(date -u \+%s\) \+ 720[01] \)\)$/);
  });

  it.each([
    ['a little behind', (now: number) => `${now - 20}\n`],
    ['ahead: it may be this computer that is wrong', (now: number) => `${now + 7200}\n`],
    ['not understood', () => 'date: not found\n'],
    ['not told', () => ''],
  ])('are left alone where one is %s', async (_, printed) => {
    expect(await decided(printed)).toEqual([]);
  });
});
