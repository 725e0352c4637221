import type { StageState } from '../../../src-main/contract/lab-session.ts';

/**
 * Milliseconds until stages are rolled out, if each takes what it took when it was last done whole. Undefined where nothing
 * says so: one of them was never measured, or the one that runs takes longer than it did.
 * @param now milliseconds since 1970
 */
export function remaining(stages: readonly (StageState | undefined)[], now: number): number | undefined {
  let sum = 0;
  for (const stage of stages) {
    if (!stage) return undefined;
    if (stage.state === 'done' || stage.changes === 0) continue;
    const gone = stage.startedAt === null ? 0 : now - Date.parse(stage.startedAt);
    if (stage.expectedDuration === null || gone > stage.expectedDuration) return undefined;
    sum += stage.expectedDuration - gone;
  }
  return sum > 0 ? sum : undefined;
}
