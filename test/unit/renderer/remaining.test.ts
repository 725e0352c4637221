import { describe, expect, it } from 'vitest';
import type { StageState } from '../../../src-main/contract/lab-session.ts';
import { remaining } from '../../../src-renderer/features/lab/remaining.ts';

const start = '2026-01-01T00:00:00.000Z';
const at = (seconds: number): number => Date.parse(start) + seconds * 1000;

function stage(state: Partial<StageState>): StageState {
  const nothing = { changes: 3, readAt: null, startedAt: null, duration: null, failure: null, checks: [] };
  return { stage: 'workers', state: 'changes-needed', expectedDuration: 20_000, ...nothing, ...state };
}

describe('what remains of a rollout', () => {
  const running = stage({ state: 'running', startedAt: start, expectedDuration: 10_000 });

  it('is the rest of the stage that runs and all of those to come, as they took last time', () => {
    expect(remaining([stage({ state: 'done' }), running, stage({})], at(4))).toBe(26_000);
  });

  it('counts no stage that has nothing to change, though it runs', () => {
    expect(remaining([stage({ state: 'running', startedAt: start, changes: 0 }), stage({})], at(1))).toBe(20_000);
  });

  it('is not told where a stage was never measured, or takes longer than it did', () => {
    expect(remaining([running, stage({ expectedDuration: null })], at(4))).toBeUndefined();
    expect(remaining([running, stage({})], at(11))).toBeUndefined();
    expect(remaining([running, undefined], at(4))).toBeUndefined();
    expect(remaining([stage({ state: 'done' })], at(0))).toBeUndefined();
  });
});
