import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../../src-main/contract/events.ts';
import { RunLog } from '../../../src-renderer/features/run-log/log-rows.ts';
import { rowText } from '../../../src-renderer/features/run-log/row-text.ts';

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

  it('knows how far the downloads are until they end, and has a line of what came', () => {
    const progress = {
      current: ['kubelet v1.37.1'],
      bytes: 5_000_000,
      total: 61_200_000,
      rate: 2_000_000,
      remaining: 29,
    };
    const waiting = { en: 'Another Hoplab is downloading', ja: '別の Hoplab がダウンロードしている' };
    const log = new RunLog();
    log.take({ rollout: 'r', from: 0, events: [{ time, event: 'download-progress', ...progress, waiting }] });
    expect(log.download.value).toMatchObject({ bytes: 5_000_000, current: ['kubelet v1.37.1'], waiting });
    log.take({ rollout: 'r', from: 1, events: [{ time, event: 'download-progress', ...progress, bytes: 9_000_000 }] });
    expect(log.download.value).toMatchObject({ bytes: 9_000_000 });
    expect(log.download.value?.waiting).toBeUndefined();
    expect(log.rows.value).toEqual([]);
    log.take({
      rollout: 'r',
      from: 2,
      events: [{ time, event: 'download-finished', bytes: 56_200_000, duration: 30 }],
    });
    expect(log.download.value).toBeUndefined();
    const [row] = log.rows.value;
    expect(row && rowText(row, 'en')).toBe(`${time} - Downloaded 56.2 MB`);
    expect(row && rowText(row, 'ja')).toBe(`${time} - 56.2 MB をダウンロードした`);
  });

  it('is not downloading any more when the rollout ends', () => {
    const log = new RunLog();
    const progress: TimedEvent = { time, event: 'download-progress', bytes: 1, total: 2, rate: 0, current: [] };
    const counted = { passed: 0, failed: 0, notApplicable: 0 };
    const ended: TimedEvent = {
      ...{ time, event: 'rollout-finished', status: 'cancelled' },
      ...{ changes: 0, checks: counted, halfDone: [], duration: 1 },
    };
    log.take({ rollout: 'r', from: 0, events: [progress, ended] });
    expect(log.download.value).toBeUndefined();
  });

  it('begins anew with another rollout', () => {
    const log = new RunLog();
    log.take({ rollout: 'r', from: 0, events: [started, output('one\n')] });
    log.take({ rollout: 's', from: 0, events: [started] });
    expect(lines(log)).toEqual([]);
    expect(log.rows.value).toHaveLength(1);
  });
});
