import type { Stage } from './stage.ts';

type Needing = Pick<Stage, 'id' | 'needs'>;

/** A stage and those that it needs, directly or not, in the order of the story: what is rolled out up to it. */
export function upTo<One extends Needing>(stages: readonly One[], target: string): readonly One[] {
  const wanted = new Set([target]);
  for (const { id, needs } of [...stages].reverse()) {
    if (wanted.has(id)) for (const need of needs) wanted.add(need);
  }
  return stages.filter(({ id }) => wanted.has(id));
}

/** A stage and those that need it, directly or not, the last first: what is undone with it, in that order. */
export function undoneWith<One extends Needing>(stages: readonly One[], target: string): readonly One[] {
  const gone = new Set([target]);
  for (const { id, needs } of stages) {
    if (needs.some((need) => gone.has(need))) gone.add(id);
  }
  return stages.filter(({ id }) => gone.has(id)).reverse();
}
