import type { Lab } from '../lab/lab.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { NodeRemoval, REMOVE_NODE } from '../remove-node/node-removal.ts';
import type { VmRunOptions } from '../providers/vm-run.ts';
import { VM_WORDS } from '../providers/vm-words.ts';
import { together } from '../rollout/one-stage.ts';
import { Rollout } from '../rollout/rollout.ts';
import type { LabAccess } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { labWithoutWorker, workerNamed, writeEdit } from './edit-lab-nodes.ts';
import { editByHand } from './refused-nodes.ts';
import { explanationOf } from './refused.ts';
import { started, type AskedRollout } from './roll-out.ts';
import type { Outcome, Work } from './run.ts';

/** Which node a lab is to lose. */
export interface AskedRemoval {
  readonly name: string;
  /** Its machine does not answer and never will. */
  readonly gone: boolean;
}

export interface RemovalParts {
  readonly access: () => Promise<LabAccess>;
  /** Deletes the node's VM, where Hoplab made it: one stage, which tells all but how it ended. */
  readonly deleteVm?: ((telling: Pick<VmRunOptions, 'emit' | 'signal'>) => Promise<Outcome>) | undefined;
  /** Called once the lab file is another one. */
  readonly rewritten: () => void;
}

/**
 * The work of removing a node: from the cluster, from its machine (a VM of Hoplab's is deleted), from the lab file; then what is written
 * about it on other machines is put right, as by `up`. Stopped or cut off before the file is written, it is done by the same again (by
 * `--gone`, where the VM is deleted already); after that, by `up`.
 * @throws Refused for the control plane and for who is not there, before anything runs
 */
export function removeNode(
  lab: Lab,
  { name, gone }: AskedRemoval,
  { inOrder = false }: Pick<AskedRollout, 'inOrder'>,
  { access, deleteVm, rewritten }: RemovalParts,
): Work {
  const node = workerNamed(lab, name);
  return async ({ id, emit, signal }) => {
    await labWithoutWorker(lab.file, name); // whether its file can be written is known before a pod moves
    const accessed = await access();
    const own = deleteVm ? [REMOVE_NODE, VM_WORDS.id] : [REMOVE_NODE];
    emit(started(id, 'remove-node', accessed, [...own, ...stagesOf(accessed.lab).map((stage) => stage.id)]));
    let outcome = await new NodeRemoval({
      access: accessed,
      node,
      gone,
      isVm: deleteVm !== undefined,
      emit,
      signal,
    }).run();
    if (outcome.status === 'done' && deleteVm) outcome = together(outcome, await deleteVm({ emit, signal }));
    if (outcome.status === 'done') outcome = await rest(outcome);
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
