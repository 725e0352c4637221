import { clockBehind, READ_CLOCK } from '../facts/clock.ts';
import { sh } from '../machines/command.ts';
import type { Machine } from '../machines/machine.ts';
import { together, type Change, type Plan } from '../plan/plan.ts';

/**
 * Sets the clocks that are wrong by this computer's, as after a sleep.
 * @param isWrong asked with the seconds by which a clock is behind
 * @throws MachineError
 */
export async function setClocks(
  machines: readonly Machine[],
  isWrong: (behind: number) => boolean,
  signal?: AbortSignal,
): Promise<Plan> {
  const changes = await Promise.all(
    machines.map(async (machine) => {
      const behind = clockBehind(await machine.run(READ_CLOCK, { quick: true, accept: 'any', signal }));
      return isWrong(behind) ? [setClock(machine.name, behind)] : [];
    }),
  );
  return together(changes.flat());
}

/** By how much, and not to when: the change waits for its turn. */
function setClock(machine: string, behind: number): Change {
  const [by, en, ja] = behind > 0 ? [behind, 'behind', '遅れている'] : [-behind, 'ahead', '進んでいる'];
  return {
    machine,
    sentence: {
      en: `Set the clock of ${machine}, which is ${by} s ${en}`,
      ja: `${machine} の時計を合わせる (${by} 秒${ja})`,
    },
    command: sh`date -u -s @$(( $(date -u +%s) + ${behind} ))`,
  };
}
