import type { EventOf, RolloutEvent } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';
import type { Lab } from '../lab/lab.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { askChecks, tally } from '../rollout/ask-checks.ts';
import { oneStage, type Counted } from '../rollout/one-stage.ts';
import { PlanRunner } from '../rollout/run-plan.ts';
import { Session, type LabAccess } from '../rollout/session.ts';
import { StageRefused } from '../stages/stage-refused.ts';
import type { Check } from '../checks/check.ts';
import { chooseLoans } from './choose-loan.ts';
import { lend, takeBack, type Loan } from './lent-address.ts';
import { loanIsOver, loanIsReached, nodeIsReached, type PinnedKeys } from './vip-checks.ts';

export interface ProofOptions {
  readonly access: LabAccess;
  /** Whose host keys prove which node answers. */
  readonly knownHosts: KnownHosts;
  readonly emit: (event: RolloutEvent) => void;
  readonly signal: AbortSignal;
}

type Outcome = EventOf<'rollout-finished'>;

export const PROVE_VIP = 'prove-vip';

const TITLE: Text = { en: 'Proof of the VIP', ja: 'VIP の実証' };
const PROBLEM: Text = {
  en: 'Some networks pass only addresses that they have given out themselves; then a VIP is never reached.',
  ja: '自分で配ったアドレスしか通さないネットワークでは、VIP には決して届かない。',
};
const SOLVES: Text = {
  en: 'A spare address of the pool is put on one node, then on another, and each time reached from this computer.',
  ja: 'プールの空きアドレスを 1 台のノードに、次に別のノードに付け、そのたびにこのコンピューターから届くか確かめる。',
};

const WORDS = { id: PROVE_VIP, title: TITLE, problem: PROBLEM, solves: SOLVES };

/**
 * Proves, before there is a cluster, that the client's LAN brings packets for an address of the pool to whichever node says that
 * it has it. The address is taken off again however this ends; where the node is lost, its kernel does that within a minute.
 */
export class ProofOfVip {
  readonly #options: ProofOptions;
  #counted: Counted | undefined;
  #begun = 0;

  constructor(options: ProofOptions) {
    this.#options = options;
  }

  /** Tells all but how it ended, which it returns. */
  async run(): Promise<Outcome> {
    const { access, signal } = this.#options;
    return oneStage(WORDS, this.#options, async (counted) => {
      this.#counted = counted;
      const session = await Session.open(access, signal);
      try {
        return await this.#prove(session);
      } finally {
        await session.close();
      }
    });
  }

  async #prove(session: Session): Promise<boolean> {
    const { lab } = session.context;
    const loans = await chooseLoans(session.context);
    const pinned = await pinnedKeys(lab, this.#options.knownHosts);
    for (const { machine } of loans) {
      if (!(await this.#ask(session, nodeIsReached(lab, machine, pinned)))) return false;
    }
    for (const loan of loans) {
      if (!(await this.#lend(session, loan, loanIsReached(lab, loan, pinned)))) return false;
    }
    const last = loans.at(-1);
    return last === undefined || this.#ask(session, loanIsOver(lab, last, pinned));
  }

  /** Whether a check passes while a machine has the address, which is then taken off it. */
  async #lend(session: Session, loan: Loan, check: Check): Promise<boolean> {
    const { signal } = this.#options;
    try {
      await this.#change(session, signal, lend(loan));
      return await this.#ask(session, check);
    } finally {
      // a signal of its own: what is cancelled is not left behind
      await this.#change(session, AbortSignal.timeout(20_000), takeBack(loan));
    }
  }

  async #change(session: Session, signal: AbortSignal, change: ReturnType<typeof lend>): Promise<void> {
    const { emit } = this.#options;
    const { context, facts } = session;
    const number = (this.#begun += 1); // of the run: each change has a runner, and a signal, of its own
    const runner = new PlanRunner({
      emit: (event) => emit('change' in event ? { ...event, change: `${PROVE_VIP}-${number}` } : event),
      facts,
      signal,
      machine: context.machine,
      reached: () => undefined,
    });
    await runner.run(change, PROVE_VIP);
    if (this.#counted) this.#counted.changes += 1;
  }

  async #ask(session: Session, check: Check): Promise<boolean> {
    const { signal, emit } = this.#options;
    signal.throwIfAborted();
    const { context, facts } = session;
    const asking = { context, facts, signal, patient: true, emit };
    const results = await askChecks({ id: PROVE_VIP, checks: [check] }, asking);
    if (this.#counted) tally(this.#counted.checks, results);
    return results.every(({ status }) => status !== 'failed');
  }
}

/** @throws StageRefused when two nodes have the same key: it would not tell them apart */
async function pinnedKeys({ nodes }: Lab, knownHosts: KnownHosts): Promise<PinnedKeys> {
  const pinned = new Map(
    await Promise.all(
      nodes.map(async ({ name, address, ssh }) => [name, await knownHosts.lookup(address, ssh.port)] as const),
    ),
  );
  const owners = new Map<string, string>();
  for (const [name, keys] of pinned) {
    for (const { fingerprint } of keys) {
      const other = owners.get(fingerprint);
      if (other !== undefined) throw sameKey(other, name, fingerprint);
      owners.set(fingerprint, name);
    }
  }
  return pinned;
}

function sameKey(one: string, other: string, fingerprint: string): StageRefused {
  return new StageRefused(
    other,
    {
      en: `${one} and ${other} have the same SSH host key: ${fingerprint}`,
      ja: `${one} と ${other} の SSH ホスト鍵が同じ: ${fingerprint}`,
    },
    {
      en: `One is a clone of the other. Make new keys on ${other} (\`rm /etc/ssh/ssh_host_*; ssh-keygen -A\`, then restart sshd), and pin them: \`hoplab trust --replace ${other}\`.`,
      ja: `一方が他方のクローンです。${other} で鍵を作り直し (\`rm /etc/ssh/ssh_host_*; ssh-keygen -A\` のあと sshd を再起動)、\`hoplab trust --replace ${other}\` で固定し直してください。`,
    },
  );
}
