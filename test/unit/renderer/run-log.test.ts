import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../../src-main/contract/events.ts';
import { RunLog } from '../../../src-renderer/features/run-log/log-rows.ts';

const time = '2026-01-01T00:00:00.000Z';
const text = { en: 'Load br_netfilter', ja: 'br_netfilter を読み込む' };
const started: TimedEvent = {
  time,
  event: 'change-started',
  stage: 'prepare-nodes',
  change: 'c1',
  machine: 'k8s-worker1',
  sentence: text,
  command: 'modprobe br_netfilter',
  ahead: false,
};
const output = (said: string): TimedEvent => ({
  time,
  event: 'change-output',
  change: 'c1',
  stream: 'stdout',
  text: said,
});
const finished: TimedEvent = { time, event: 'change-finished', stage: 'prepare-nodes', change: 'c1', duration: 40 };

function lines(log: RunLog): string[] {
  return log.rows.value.flatMap((row) => ('output' in row ? [row.output] : []));
}

describe('the run log', () => {
  it('joins output that arrives in pieces into whole lines, the last one when its change ends', () => {
    const log = new RunLog();
    log.take({ rollout: 'r', from: 0, events: [started, output('one\ntw'), output('o\nthree')] });
    expect(lines(log)).toEqual(['one', 'two']);
    log.take({ rollout: 'r', from: 3, events: [finished] });
    expect(lines(log)).toEqual(['one', 'two', 'three']);
    expect(log.changes.get('c1')).toMatchObject({ state: 'ok', duration: 40 });
  });

  it('takes what it was told twice only once, as after a lost line', () => {
    const log = new RunLog();
    log.take({ rollout: 'r', from: 0, events: [started, output('one\n')] });
    log.take({ rollout: 'r', from: 0, events: [started, output('one\n'), output('two\n')] });
    expect(lines(log)).toEqual(['one', 'two']);
  });

  it('begins anew with another rollout', () => {
    const log = new RunLog();
    log.take({ rollout: 'r', from: 0, events: [started, output('one\n')] });
    log.take({ rollout: 's', from: 0, events: [started] });
    expect(lines(log)).toEqual([]);
    expect(log.rows.value).toHaveLength(1);
  });
});
