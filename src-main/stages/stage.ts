import type { Check } from '../checks/check.ts';
import type { Text } from '../contract/text.ts';
import type { Lab, LabNode } from '../lab/lab.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Plan } from '../plan/plan.ts';

/** One step of the story. It reads facts, decides on changes, and is done when its checks pass. */
export interface Stage {
  readonly id: string;
  readonly title: Text;
  /** The problem that the stage before leaves. */
  readonly problem: Text;
  /** How this stage solves it. */
  readonly solves: Text;
  /** Where the seed tells it, for example `1.1`. */
  readonly seed?: string;
  /** What is to be changed now, from facts alone: nothing when all is as it should be. Works on bare machines as well. */
  decide(lab: LabContext): Promise<Plan>;
  /**
   * Parts of `decide` that may be made early, as soon as a stage is done or a milestone is reached: what takes long and
   * disturbs nobody.
   */
  readonly ahead?: readonly {
    readonly after: string;
    readonly decide: (lab: LabContext) => Promise<Plan>;
  }[];
  /**
   * Ids of stages before it without which it could not be true, and with which it is therefore undone. Of each chain the last is
   * enough.
   */
  readonly needs: readonly string[];
  /** Whether a lab has it; absent: every lab does. */
  readonly isPartOf?: (lab: Lab) => boolean;
  /** What takes it back. Those that need it are already undone. */
  undo(lab: LabContext, scope?: UndoScope): Promise<Plan>;
  /** What takes back what it has left on the machines of a lab that asks for it no longer. The cluster is gone by then. */
  readonly undoLeft?: (lab: LabContext) => Promise<Plan>;
  /** Where its traces are: those in the cluster go with the cluster. */
  readonly livesIn: 'machines' | 'cluster';
  readonly checks: readonly Check[];
}

export interface UndoScope {
  /** The control plane goes in the same run: what lives in its cluster goes with it, and may be out of reach already. */
  readonly clusterGoes: boolean;
}

/** Plans the same for several nodes at once. */
export async function onEach(nodes: readonly LabNode[], decide: (node: LabNode) => Promise<Plan>): Promise<Plan> {
  return { together: await Promise.all(nodes.map(decide)) };
}
