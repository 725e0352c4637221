import { clusterNodes } from '../cluster/nodes.ts';
import type { EventOf, RolloutEvent } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';
import type { Check } from '../checks/check.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { controlPlane, type LabNode } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { CommandFailed, MachineError } from '../machines/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { askChecks, tally } from '../rollout/ask-checks.ts';
import { oneStage, type Counted } from '../rollout/one-stage.ts';
import { outlast, whoIsAway } from '../rollout/outlast.ts';
import { PlanRunner } from '../rollout/run-plan.ts';
import { Session, type LabAccess } from '../rollout/session.ts';
import { refuseForeignCluster } from '../stages/refuse-foreign-cluster.ts';
import { ipvsLeft } from '../stages/ipvs-modules.ts';
import { StageRefused } from '../stages/stage-refused.ts';
import { undoNode } from '../stages/undo-node.ts';
import { leaveCluster, unregister } from '../stages/workers.ts';
import { drain, forget, takePodsAgain, whatBlocks } from './drain.ts';
import { machineIsBare, podsCanLeave } from './removal-checks.ts';

export interface RemovalOptions {
  readonly access: LabAccess;
  /** A worker of the lab. */
  readonly node: LabNode;
  /** The machine does not answer and never will: it is removed without being asked. */
  readonly gone: boolean;
  /** It is a VM that is deleted afterwards. */
  readonly isVm: boolean;
  readonly emit: (event: RolloutEvent) => void;
  readonly signal: AbortSignal;
}

type Outcome = EventOf<'rollout-finished'>;

/** Milliseconds for which a node is waited for to say anything. */
const ANSWER = 15_000;

export const REMOVE_NODE = 'remove-node';

const TITLE: Text = { en: 'Remove a node', ja: 'ノードの削除' };
const PROBLEM: Text = {
  en: 'A node that is switched off takes its pods with it, and stays registered.',
  ja: '電源を切るだけでは、その上の Pod が道連れになり、ノードの登録も残る。',
};
const SOLVES: Text = {
  en: 'Its pods move to other nodes first; then it leaves the cluster, and what Hoplab installed on it is removed.',
  ja: 'まず Pod をほかのノードに移す。それからクラスターを離れ、Hoplab が入れたものを取り除く。',
};

/** Takes a worker out of the cluster, and the cluster off its machine. What is done already is seen on the machines, and not done again. */
export class NodeRemoval {
  readonly #options: RemovalOptions;
  #counted: Counted | undefined;
  #runner: PlanRunner | undefined;

  constructor(options: RemovalOptions) {
    this.#options = options;
  }

  /** How it ended; the last event, `rollout-finished`, is left to the caller. */
  async run(): Promise<Outcome> {
    return oneStage(
      { id: REMOVE_NODE, title: TITLE, problem: PROBLEM, solves: SOLVES },
      this.#options,
      async (counted) => {
        this.#counted = counted;
        const session = await this.#open();
        try {
          return await this.#remove(session);
        } finally {
          await session.close();
          counted.changes = this.#runner?.made ?? 0;
          counted.halfDone = [...(this.#runner?.halfDone ?? [])].map(({ machine, sentence }) => ({
            machine,
            sentence,
          }));
        }
      },
    );
  }

  /** All machines; without the node where it is gone. @throws StageRefused where it is gone and nobody said so, or the other way round */
  async #open(): Promise<Session> {
    const { access, node, gone, signal } = this.#options;
    const opened = await this.#reach();
    if (opened && gone) {
      await opened.close();
      throw stillThere(node);
    }
    const nodes = access.lab.nodes.filter(({ name }) => name !== node.name);
    return opened ?? Session.open({ ...access, lab: { ...access.lab, nodes } }, signal);
  }

  /** Undefined where the node does not answer: one whose connection has been open for long may not any more. */
  async #reach(): Promise<Session | undefined> {
    const { access, node, gone, signal } = this.#options;
    let session: Session | undefined;
    try {
      session = await Session.open(access, signal);
      await session.context.machine(node.name).run(sh`true`, { timeout: ANSWER, signal, accept: 'any' });
      return session;
    } catch (error) {
      await session?.close();
      const away = error instanceof MachineError && error.retryable && error.machine === node.name;
      if (!away) throw error;
      if (!gone) throw notAnswering(node, error);
      return undefined;
    }
  }

  async #remove(session: Session): Promise<boolean> {
    const { emit, signal, node } = this.#options;
    const { context, facts } = session;
    this.#runner = new PlanRunner({ emit, facts, signal, machine: context.machine, reached: () => undefined });
    const left = await outlast(() => this.#leave(session), {
      tell: (error) => emit({ event: 'waiting', machine: error.machine, sentence: whoIsAway(error) }),
      until: async (error) => {
        await session.waitFor(error);
        facts.forget();
      },
    });
    return left && (await this.#ask(session, machineIsBare(node, this.#options), node.name));
  }

  async #leave(session: Session): Promise<boolean> {
    const { node, gone } = this.#options;
    const { context } = session;
    if (!gone) refuseForeignCluster(node, await context.read(node.name, kubeadmState));
    const nodes = await context.read(controlPlane(context.lab).name, clusterNodes);
    const isRegistered = nodes.some(({ name }) => name === node.name);
    if (gone) {
      if (isRegistered) await this.#make(forget(context, node));
      return true;
    }
    if (isRegistered) {
      if (!(await this.#ask(session, podsCanLeave(node)))) return false;
      await this.#drain(session);
      await this.#make(unregister(context, node));
    }
    await this.#make(await leaveCluster(context, node));
    await this.#make(await ipvsLeft(context, node)); // of a lab that asks for ipvs no more
    await this.#make(await undoNode(context, node));
    return true;
  }

  /** @throws StageRefused where a pod stays; the node takes pods again then, as when it is stopped */
  async #drain({ context, facts }: Session): Promise<void> {
    const { node, emit } = this.#options;
    try {
      await this.#make(drain(context, node));
    } catch (error) {
      const tell = (event: RolloutEvent) =>
        emit('change' in event ? { ...event, change: `${event.change}-back` } : event);
      // a signal of its own: what is stopped is put back
      const signal = AbortSignal.timeout(30_000);
      const back = new PlanRunner({ emit: tell, facts, signal, machine: context.machine, reached: () => undefined });
      await back.run(takePodsAgain(context, node), REMOVE_NODE).catch(() => undefined); // told as a change that failed
      const blocked = error instanceof CommandFailed ? whatBlocks(error.output?.stderr ?? '') : undefined;
      throw blocked ? new StageRefused(node.name, blocked.text, blocked.remedy) : error;
    }
  }

  async #make(plan: Plan): Promise<void> {
    await this.#runner?.run(plan, REMOVE_NODE);
  }

  /** @param machine where, other than the check says by itself */
  async #ask({ context, facts }: Session, check: Check, machine?: string): Promise<boolean> {
    const { access, signal, emit } = this.#options;
    signal.throwIfAborted();
    const asking = { context: { ...context, lab: access.lab }, facts, signal, patient: false, machine, emit };
    const results = await askChecks({ id: REMOVE_NODE, checks: [check] }, asking);
    if (this.#counted) tally(this.#counted.checks, results);
    return results.every(({ status }) => status !== 'failed');
  }
}

function notAnswering({ name }: LabNode, { message }: Error): StageRefused {
  return new StageRefused(
    name,
    {
      en: `${name} does not answer, so what is on it is unknown`,
      ja: `${name} が応答せず、何が残っているか分からない`,
    },
    {
      en: `Switch it on and remove it again; if it is gone for good: \`hoplab node remove ${name} --gone\`.`,
      ja: `電源を入れて、もう一度削除してください。もう戻らないマシンなら \`hoplab node remove ${name} --gone\` を使います。`,
    },
    { detail: message, offer: 'remove-gone' },
  );
}

function stillThere({ name }: LabNode): StageRefused {
  return new StageRefused(
    name,
    { en: `${name} answers: it is not gone`, ja: `${name} は応答しており、なくなっていない` },
    {
      en: `Remove it without --gone: its pods are then moved, and the machine is cleaned up (\`hoplab node remove ${name}\`).`,
      ja: `--gone を付けずに削除してください。Pod を移し、マシンも片付けます (\`hoplab node remove ${name}\`)。`,
    },
  );
}
