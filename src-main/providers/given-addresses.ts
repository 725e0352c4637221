import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPUTER, type Vm } from '../contract/machines.ts';
import type { Text } from '../contract/text.ts';
import type { LabNode } from '../lab/lab.ts';
import type { HostKey, KnownHosts } from '../machines/known-hosts.ts';
import { hostKeyAt } from '../prove-vip/host-key-at.ts';
import { StageRefused } from '../stages/stage-refused.ts';
import { vmName, type Computer, type VmLab } from './provider.ts';

/*
 * Where a provider gives VMs their addresses itself, a VM is known by its host key: pinned under a name of this lab's VM before there
 * is an address, and at the address that it has once it has shown that key there.
 */

/** The address of a node's VM that runs. */
export interface GivenAddress {
  readonly node: LabNode;
  readonly address: string;
}

/** Under which the host key of a VM is pinned. A lab file of another path has other VMs. */
export function pinnedName(lab: VmLab, node: string): string {
  return `${vmName(lab, node)}.${createHash('sha256').update(lab.file).digest('hex').slice(0, 16)}`;
}

/** Pins the key of a VM that is made now: none of that name was there. */
export async function pinNew(knownHosts: KnownHosts, lab: VmLab, node: string, key: Buffer): Promise<void> {
  for (const host of await pinnedNames(knownHosts, vmName(lab, node))) await knownHosts.forgetHost(host, 22);
  await knownHosts.replace(pinnedName(lab, node), 22, key);
}

/** Forgets the key of a VM that is no more; what is pinned for another machine at its address stays. */
export async function unpin(knownHosts: KnownHosts, lab: VmLab, { name, address, ssh }: LabNode): Promise<void> {
  const [own] = await knownHosts.lookup(pinnedName(lab, name), 22);
  await knownHosts.forgetHost(pinnedName(lab, name), 22);
  if (own && (await knownHosts.verify(address, ssh.port, own.key)).kind !== 'ok') return;
  await knownHosts.forgetHost(address, ssh.port);
}

/** VMs, where one that another lab file had made is told as such: the provider has nothing but its name. */
export async function withForeign(knownHosts: KnownHosts, lab: VmLab, vms: readonly Vm[]): Promise<readonly Vm[]> {
  return Promise.all(
    vms.map(async (vm): Promise<Vm> => {
      if (vm.state === 'missing') return vm;
      const names = await pinnedNames(knownHosts, vm.vm);
      return names.length === 0 || names.includes(pinnedName(lab, vm.node)) ? vm : { ...vm, state: 'foreign' };
    }),
  );
}

async function pinnedNames(knownHosts: KnownHosts, vm: string): Promise<string[]> {
  return (await knownHosts.list()).map(({ host }) => host).filter((host) => host.startsWith(`${vm}.`));
}

/** The addresses of those that run which are not the lab file's. */
export function movedOf(lab: VmLab, vms: readonly Vm[]): readonly GivenAddress[] {
  return vms.flatMap(({ node: name, address, state }) => {
    const node = lab.nodes.find((one) => one.name === name);
    return node && state === 'running' && address !== node.address ? [{ node, address }] : [];
  });
}

/** Those that run at the lab file's address, where the key by which they are known is not pinned yet. */
export async function unpinned(knownHosts: KnownHosts, lab: VmLab, vms: readonly Vm[]): Promise<GivenAddress[]> {
  const found: GivenAddress[] = [];
  for (const node of lab.nodes) {
    const { name, address, ssh } = node;
    if (!vms.some((vm) => vm.node === name && vm.state === 'running' && vm.address === address)) continue;
    const [own] = await knownHosts.lookup(pinnedName(lab, name), 22);
    if (own && (await knownHosts.verify(address, ssh.port, own.key)).kind !== 'ok') found.push({ node, address });
  }
  return found;
}

/** Milliseconds for which an SSH server is waited for that the provider says to be up. */
const SHOWN = 120_000;
const AGAIN = 2_000;

/** The key by which a VM is known, and which it shows at the address that it has. @throws StageRefused where it shows another one, or none */
export async function provedKey(
  { computer, lab, knownHosts, signal }: ProofParts,
  { node, address }: GivenAddress,
): Promise<HostKey> {
  const { port } = node.ssh;
  const own = await knownHosts.lookup(pinnedName(lab, node.name), 22);
  const pinned = own.length > 0 ? own : await knownHosts.lookup(node.address, port);
  if (pinned.length === 0) throw notKnown(node.name, address);
  const until = performance.now() + SHOWN;
  for (;;) {
    const { fingerprint } = await computer.read(hostKeyAt(address, port, pinned));
    const shown = pinned.find((key) => key.fingerprint === fingerprint);
    if (shown) return shown;
    if (fingerprint !== undefined || performance.now() > until || signal.aborted) throw notKnown(node.name, address);
    await sleep(AGAIN, undefined, { signal }).catch(() => undefined);
  }
}

interface ProofParts {
  readonly computer: Computer;
  readonly lab: VmLab;
  readonly knownHosts: KnownHosts;
  readonly signal: AbortSignal;
}

function notKnown(node: string, address: string): StageRefused {
  return new StageRefused(
    COMPUTER,
    {
      en: `Whether the VM at ${address} is ${node} of this lab is not known: it does not show the host key that is pinned for it`,
      ja: `${address} の VM がこのラボの ${node} かどうか分からない。固定したホスト鍵を示さない`,
    },
    {
      en: 'The lab file stays as it is. Where it is your VM, write that address under nodes, and pin its key: `hoplab trust`.',
      ja: 'ラボファイルは変えていません。自分の VM であれば、nodes にそのアドレスを書き、`hoplab trust` で鍵を固定してください。',
    },
  );
}

/** `k8s-master: 192.168.64.11 → 192.168.64.2` */
export function movedText(moved: readonly GivenAddress[]): string {
  return moved.map(({ node, address }) => `${node.name}: ${node.address} → ${address}`).join(', ');
}

/** The lab file has the addresses of VMs now. @param cluster whether one may have been rolled out with the old ones */
export function corrected(moved: readonly GivenAddress[], cluster: boolean): Text {
  const list = movedText(moved);
  return {
    en: `The lab file has the addresses now that the VMs were given (${list}).${cluster ? ' A cluster that was rolled out holds the old ones: `hoplab reset` it and roll it out again.' : ''}`,
    ja: `割り当てられたアドレスにラボファイルを書き換えました (${list})。${cluster ? '展開済みのクラスターには古いアドレスが残るので、`hoplab reset` してから展開し直してください。' : ''}`,
  };
}

/** The lab file does not have the addresses of VMs. */
export function addressesMoved(moved: readonly GivenAddress[]): StageRefused {
  const list = movedText(moved);
  return new StageRefused(
    COMPUTER,
    {
      en: `The VMs were given other addresses than those in the lab file (${list})`,
      ja: `VM に、ラボファイルとは別のアドレスが割り当てられた (${list})`,
    },
    {
      en: 'Have them put into the lab file: `hoplab machines start`.',
      ja: '`hoplab machines start` でラボファイルに書き込んでください。',
    },
  );
}
