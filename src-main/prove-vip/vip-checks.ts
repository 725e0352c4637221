import { passedIf, type Check, type Question } from '../checks/check.ts';
import { verbatim, type Text } from '../contract/text.ts';
import { neighbours } from '../facts/neighbours.ts';
import { wayTo } from '../facts/way-to.ts';
import type { Lab } from '../lab/lab.ts';
import type { HostKey } from '../machines/known-hosts.ts';
import { hostKeyAt, type HostKeyAnswer } from './host-key-at.ts';
import type { Loan } from './lent-address.ts';
import { reasons, waysOut, type Reason } from './ways-out.ts';

/** The pinned host keys of each node, by its name. */
export type PinnedKeys = ReadonlyMap<string, readonly HostKey[]>;

/** Whether the client reaches a node at its own address, and directly: without that, nothing follows for other addresses. */
export function nodeIsReached(lab: Lab, node: string, pinned: PinnedKeys): Check {
  const { address = '', port } = sshOf(lab, node);
  return {
    id: `${node}-is-reached`,
    sentence: {
      en: `This computer reaches ${node} at its own address ${address}`,
      ja: `このコンピューターから ${node} に、そのアドレス ${address} で届く`,
    },
    on: 'client',
    patience: 5_000, // a busy SSH server may close a connection
    async ask(question) {
      const keys = pinned.get(node) ?? [];
      const answer = await whoAnswers(question, address, port, keys);
      return {
        status: passedIf(isOf(answer, keys)),
        expected: keysText(node, keys),
        actual: shown(answer, pinned),
        meaning: {
          en: 'The VIP would be reached the same way; what comes next is about addresses, not about the way.',
          ja: 'VIP にも同じ道で届くはずである。ここから先はアドレスの問題で、道の問題ではない。',
        },
        remedy: {
          en: `Make port ${port} of ${node} reachable from this computer without a jump host, or put the client (\`client\` in the lab file) onto the LAN of the nodes.`,
          ja: `踏み台を通さずにこのコンピューターから ${node} のポート ${port} に届くようにするか、クライアント (ラボファイルの \`client\`) をノードと同じ LAN に置いてください。`,
        },
      };
    },
  };
}

/** Whether the client reaches a lent address, and there the machine that has it: by its MAC address and its SSH host key. */
export function loanIsReached(lab: Lab, loan: Loan, pinned: PinnedKeys): Check {
  const { address, machine, mac } = loan;
  const { port } = sshOf(lab, machine);
  const keys = pinned.get(machine) ?? [];
  return {
    id: `reached-at-${machine}`,
    sentence: {
      en: `${address} leads this computer to ${machine}`,
      ja: `${address} でこのコンピューターから ${machine} に届く`,
    },
    on: 'client',
    patience: 3_000, // no longer: a client that finds the way by itself after some seconds did not hear the announcement
    async ask(question) {
      const answer = await whoAnswers(question, address, port, keys);
      const way = await question.readFresh('client', wayTo(address));
      const near = await question.readFresh('client', neighbours);
      const seen = near.find((one) => one.address === address)?.mac;
      const direct = way !== undefined && way.gateway === undefined;
      // the key alone says who answers; that a neighbor table has no entry says nothing against it
      const right = isOf(answer, keys) && (!direct || seen === undefined || seen === mac);
      const reason = reasonOf({ answer, direct, seen, mac, right: isOf(answer, keys) });
      const known = direct ? (seen ?? '—') : '';
      return {
        status: passedIf(right),
        expected: both(keysText(machine, keys), direct ? verbatim(mac) : undefined),
        actual: both(shown(answer, pinned), known === '' ? undefined : verbatim(known)),
        meaning: right ? PROVED : reasons[reason],
        remedy: waysOut(reason, lab, machine, question.client.platform),
      };
    },
  };
}

/** Whether nobody has the address any more. */
export function loanIsOver(lab: Lab, loan: Loan, pinned: PinnedKeys): Check {
  const { address, machine } = loan;
  const { port } = sshOf(lab, machine);
  return {
    id: 'nobody-has-it',
    sentence: { en: `Nothing answers at ${address} any more`, ja: `${address} にはもう何も応答しない` },
    on: 'client',
    patience: 5_000,
    async ask(question) {
      const answer = await question.readFresh('client', hostKeyAt(address, port, pinned.get(machine) ?? []));
      return {
        status: passedIf(answer.fingerprint === undefined && !answer.connected && answer.problem !== ''),
        expected: { en: 'no answer', ja: '応答なし' },
        actual: shown(answer, pinned),
        meaning: { en: 'The pool is as it was before.', ja: 'プールは元のとおりである。' },
        remedy: {
          en: `\`ip addr\` on ${machine} shows whether it still has ${address}; the kernel takes it off within a minute.`,
          ja: `${machine} の \`ip addr\` で ${address} が残っていないか確かめてください。1 分以内にカーネルが外します。`,
        },
      };
    },
  };
}

const PROVED: Text = {
  en: 'The LAN brings packets for an address of the pool to the node that says it has it: MetalLB does no more than that.',
  ja: 'LAN はプールのアドレス宛のパケットを、持っていると名乗ったノードに届ける。MetalLB がするのもそれだけである。',
};

/** Seconds for a machine that takes the connection and shows no key at once: an emulated processor needs ten. */
const BUSY = 30;

async function whoAnswers(
  question: Question,
  address: string,
  port: number,
  keys: readonly HostKey[],
): Promise<HostKeyAnswer> {
  const answer = await question.readFresh('client', hostKeyAt(address, port, keys));
  if (answer.fingerprint !== undefined || !answer.connected) return answer;
  return question.readFresh('client', hostKeyAt(address, port, keys, BUSY));
}

interface Seen {
  readonly answer: HostKeyAnswer;
  readonly direct: boolean;
  readonly seen: string | undefined;
  readonly mac: string;
  /** Whether the machine that answered is the right one. */
  readonly right: boolean;
}

function reasonOf({ answer, direct, seen, mac, right }: Seen): Reason {
  if (direct && seen !== undefined && seen !== mac) return 'stale';
  if (answer.fingerprint !== undefined && !right) return 'other-machine';
  if (answer.connected) return 'no-key';
  if (!direct) return 'routed';
  return seen === undefined ? 'silent' : 'filtered';
}

function isOf({ fingerprint }: HostKeyAnswer, keys: readonly HostKey[]): boolean {
  return keys.some((key) => key.fingerprint === fingerprint);
}

/** The key that was shown, with the node whose it is. */
function shown({ fingerprint, problem }: HostKeyAnswer, pinned: PinnedKeys): Text {
  if (fingerprint === undefined) return problem === '' ? { en: 'no answer', ja: '応答なし' } : verbatim(problem);
  const whose = [...pinned].flatMap(([name, keys]) =>
    keys.some((key) => key.fingerprint === fingerprint) ? [name] : [],
  );
  return whose.length === 0
    ? { en: `${fingerprint} (no node of this lab)`, ja: `${fingerprint} (このラボのノードではない)` }
    : verbatim(`${fingerprint} (${whose.join(', ')})`);
}

function keysText(node: string, keys: readonly HostKey[]): Text {
  const all = keys.map(({ fingerprint }) => fingerprint).join(', ');
  return { en: `the pinned host key of ${node}: ${all}`, ja: `${node} の固定されたホスト鍵: ${all}` };
}

function both(key: Text, mac: Text | undefined): Text {
  return mac === undefined ? key : { en: `${key.en}; MAC ${mac.en}`, ja: `${key.ja}、MAC ${mac.ja}` };
}

function sshOf({ nodes }: Lab, node: string): { readonly address: string | undefined; readonly port: number } {
  const found = nodes.find(({ name }) => name === node);
  return { address: found?.address, port: found?.ssh.port ?? 22 };
}
