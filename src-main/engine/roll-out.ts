import type { EventOf, RolloutVerb } from '../contract/events.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { PROVE_VIP, ProofOfVip } from '../prove-vip/prove-vip.ts';
import { Rollout } from '../rollout/rollout.ts';
import type { LabAccess, RecordingLabel } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { version } from '../version.ts';
import type { AskedRemoval } from './remove-node.ts';
import type { Work } from './run.ts';

export interface AskedRollout {
  readonly verb: RolloutVerb;
  /** Id of a stage; default all. */
  readonly stage?: string | undefined;
  /** Each stage by itself: nothing is made early. Default false. */
  readonly inOrder?: boolean;
  /** Of `remove-node`. */
  readonly removed?: AskedRemoval;
}

/** The work of a rollout. @param access how the lab is got at */
export function rollOut({ verb, stage, inOrder = false }: AskedRollout, access: () => Promise<LabAccess>): Work {
  return async ({ id, emit, signal }) => {
    const accessed = await access();
    const stages = stagesOf(accessed.lab);
    emit(
      started(
        id,
        verb,
        accessed,
        stages.map((one) => one.id),
      ),
    );
    const rollout = new Rollout({ access: accessed, stages, emit, signal, inOrder });
    if (verb === 'up') return rollout.up(stage);
    if (verb === 'verify') return rollout.verify(stages.filter((one) => stage === undefined || one.id === stage));
    if (verb === 'undo') return rollout.undo(stage);
    if (verb === 'reset') return rollout.undo();
    throw new Error(`${verb} is no run of stages`);
  };
}

/** The work of proving that addresses of the pool are reached. */
export function proveVip(knownHosts: KnownHosts, access: () => Promise<LabAccess>): Work {
  return async ({ id, emit, signal }) => {
    const accessed = await access();
    emit(started(id, 'prove-vip', accessed, [PROVE_VIP]));
    return new ProofOfVip({ access: accessed, knownHosts, emit, signal }).run();
  };
}

export function started(
  rollout: string,
  verb: RolloutVerb,
  { lab, recording }: LabAccess,
  stages: readonly string[],
): EventOf<'rollout-started'> {
  return {
    event: 'rollout-started',
    rollout,
    lab: lab.name,
    verb,
    stages: [...stages],
    hoplab: version,
    ...(recording && { recording: labelled(recording) }),
  };
}

function labelled({ recorded, hoplab, speed }: RecordingLabel) {
  return { recorded, hoplab, ...(Number.isFinite(speed) && { speed }) };
}
