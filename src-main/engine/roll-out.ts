import type { EventOf, RolloutVerb } from '../contract/events.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { PROVE_VIP, ProofOfVip } from '../prove-vip/prove-vip.ts';
import { Rollout, type RolloutOptions } from '../rollout/rollout.ts';
import type { LabAccess, RecordingLabel } from '../rollout/session.ts';
import { stages, stagesOf } from '../stages/index.ts';
import { version } from '../version.ts';
import type { AskedRemoval } from './remove-node.ts';
import type { Outcome, Work } from './run.ts';

export interface AskedRollout {
  readonly verb: RolloutVerb;
  /** Id of a stage; default all. */
  readonly stage?: string | undefined;
  /** Name of a snapshot of VMs. */
  readonly snapshot?: string | undefined;
  /** Each stage by itself: nothing is made early. Default false. */
  readonly inOrder?: boolean;
  /** Of `remove-node`. */
  readonly removed?: AskedRemoval;
}

/** The work of a rollout. @param access how the lab is got at */
export function rollOut(asked: AskedRollout, access: () => Promise<LabAccess>): Work {
  return async ({ id, emit, signal }) => {
    const accessed = await access();
    const ids = stagesOf(accessed.lab).map((one) => one.id);
    emit(started(id, asked.verb, accessed, ids));
    return rollOutStages(asked, accessed, { emit, signal });
  };
}

/** A rollout, but for its beginning. */
export function rollOutStages(
  { verb, stage, inOrder = false }: AskedRollout,
  access: LabAccess,
  telling: Pick<RolloutOptions, 'emit' | 'signal'>,
): Promise<Outcome> {
  const own = stagesOf(access.lab, access.recording !== undefined);
  const rollout = new Rollout({ access, stages: own, ...telling, inOrder });
  if (verb === 'up') return rollout.up(stage);
  if (verb === 'verify') return rollout.verify(own.filter((one) => stage === undefined || one.id === stage));
  if (verb === 'undo') return rollout.undo(stage);
  if (verb === 'reset') return rollout.reset(access.recording ? [] : stages);
  throw new Error(`${verb} is no run of stages`);
}

/** The work of proving that addresses of the pool are reached. */
export function proveVip(knownHosts: KnownHosts, access: () => Promise<LabAccess>): Work {
  return async ({ id, emit, signal }) => {
    const accessed = await access();
    emit(started(id, 'prove-vip', accessed, [PROVE_VIP]));
    const outcome = await new ProofOfVip({ access: accessed, knownHosts, emit, signal }).run();
    emit(outcome);
    return outcome;
  };
}

/** How a run tells that it begins. @param rollout its id */
export function started(
  rollout: string,
  verb: RolloutVerb,
  { lab, recording }: Pick<LabAccess, 'lab' | 'recording'>,
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
