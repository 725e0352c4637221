import type { Lab } from '../lab/lab.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { NodeRemoval, REMOVE_NODE } from '../remove-node/node-removal.ts';
import { together } from '../rollout/one-stage.ts';
import { Rollout } from '../rollout/rollout.ts';
import type { LabAccess } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { labWithoutWorker, workerNamed, writeEdit } from './edit-lab-nodes.ts';
import { editByHand } from './refused-nodes.ts';
import { vmStays } from './refused-vms.ts';
import { explanationOf } from './refused.ts';
import { started, type AskedRollout } from './roll-out.ts';
import type { Outcome, Work } from './run.ts';

/** Which node a lab is to lose. */
export interface AskedRemoval {
  readonly name: string;
  /** Its machine does not answer and never will. */
  readonly gone: boolean;
}

interface Parts {
  readonly access: () => Promise<LabAccess>;
  /** Called once the lab file is another one. */
  readonly rewritten: () => void;
}

/**
 * The work of removing a node: from the cluster, from its machine, from the lab file; then what is written about it on other
 * machines is put right, as by `up`. Stopped or cut off before the file is written, it is done by the same again; after that, by `up`.
 * @throws Refused for the control plane and for who is not there, before anything runs
 */
export function removeNode(
  lab: Lab,
  { name, gone }: AskedRemoval,
  { inOrder = false }: Pick<AskedRollout, 'inOrder'>,
  { access, rewritten }: Parts,
): Work {
  if (lab.machines) throw vmStays(name);
  const node = workerNamed(lab, name);
  return async ({ id, emit, signal }) => {
    await labWithoutWorker(lab.file, name); // whether its file can be written is known before a pod moves
    const accessed = await access();
    emit(started(id, 'remove-node', accessed, [REMOVE_NODE, ...stagesOf(accessed.lab).map((stage) => stage.id)]));
    const removed = await new NodeRemoval({ access: accessed, node, gone, emit, signal }).run();
    const outcome = removed.status === 'done' ? await rest(removed) : removed;
    emit(outcome);
    return outcome;

    async function rest(first: Outcome): Promise<Outcome> {
      let without: Lab;
      try {
        without = await takeOut(lab.file, name);
      } catch (error) {
        return { ...first, status: 'failed', explanation: explanationOf(error) };
      }
      rewritten();
      const last = await new Rollout({
        access: { ...accessed, lab: without },
        stages: stagesOf(without),
        emit: (event) => {
          if (event.event !== 'rollout-finished') emit(event);
        },
        signal,
        inOrder,
      }).up();
      return together(first, last);
    }
  };
}

/** @returns the lab that is left @throws Refused */
async function takeOut(file: string, name: string): Promise<Lab> {
  try {
    const edit = await labWithoutWorker(file, name); // somebody may have edited it meanwhile
    await writeEdit(edit);
    return edit.lab;
  } catch (error) {
    throw error instanceof LabFileError ? editByHand(file) : error;
  }
}
