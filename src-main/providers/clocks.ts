import type { Lab } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { Machine } from '../machines/machine.ts';
import { together, type Change, type Plan } from '../plan/plan.ts';

/** Seconds that a clock may differ: more, and certificates and etcd suffer. */
const FAR = 2;

/** Sets the clocks that are far from this computer's, as after a sleep of it. @throws MachineError */
export async function setClocks(
  { nodes }: Lab,
  machines: ReadonlyMap<string, Machine>,
  signal: AbortSignal,
): Promise<Plan> {
  const changes = await Promise.all(
    nodes.map(async ({ name }) => {
      const machine = machines.get(name);
      if (!machine) return [];
      const asked = Date.now();
      const { stdout } = await machine.run(sh`date -u +%s.%N`, { signal });
      const behind = (asked + Date.now()) / 2000 - Number.parseFloat(stdout);
      return Math.abs(behind) > FAR ? [setClock(name, Math.round(behind))] : [];
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
