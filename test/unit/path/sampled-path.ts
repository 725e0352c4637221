import type { Path } from '../../../src-main/contract/path.ts';
import { buildPath, type Observed } from '../../../src-main/path/build-path.ts';
import { readKnown, type Known } from '../../../src-main/path/known.ts';
import { parseTarget } from '../../../src-main/path/target.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies, type Reply } from '../table-machine.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { FILTER, pathSample, type Mode } from './sample.ts';

/** What the sampled machines answer to the questions of a path; `change` answers first. */
export function sampledReplies(mode: Mode, change: Replies = () => undefined): Replies {
  const replies: Replies = (command, machine) =>
    change(command, machine) ?? ofPath(mode, command, machine) ?? sampled(command, machine);
  return (command, machine) => {
    const kinds = / get (\S+,\S+) -A -o json$/.exec(command)?.[1]?.split(',');
    return kinds
      ? together(kinds.map((kind) => replies(`kubectl get ${kind} -A -o json`, machine)))
      : replies(command, machine);
  };
}

/** As kubectl answers for several kinds at once: what it has to complain about one is its only answer. */
function together(lists: readonly (Reply | undefined)[]): Reply | undefined {
  const bad = lists.find((list) => list?.exitCode !== undefined && list.exitCode !== 0);
  if (bad || lists.includes(undefined)) return bad;
  const items = lists.flatMap((list) => (JSON.parse(list?.stdout ?? '') as { items: unknown[] }).items);
  return { stdout: JSON.stringify({ items }) };
}

function ofPath(mode: Mode, command: string, machine: string): ReturnType<Replies> {
  const who = { 'k8s-worker2': 'leader', 'k8s-worker1': 'second' }[machine];
  if (command.includes('ip -j route get')) {
    return machine === 'client'
      ? { stdout: '[{"dst":"192.168.2.200","dev":"eth0","prefsrc":"192.168.2.50"}]' }
      : undefined;
  }
  if (command.includes('proxyMode')) return { stdout: mode };
  if (who === undefined) return undefined;
  if (command.includes('iptables-save')) {
    return { stdout: pathSample(mode, `${who}-iptables-save-nat.txt`) + (mode === 'iptables' ? FILTER : '') };
  }
  if (command.includes('list table ip kube-proxy')) {
    return mode === 'nftables' ? { stdout: pathSample(mode, `${who}-kube-proxy.json`) } : { exitCode: 1 };
  }
  return undefined;
}

export async function knownOf(target: string, replies: Replies): Promise<Known> {
  const { bundle } = await exampleBundle();
  const context = contextOf({ lab: sampledLab, bundle, replies });
  return readKnown(context, parseTarget(target, sampledLab.dns.nodePort), new AbortController().signal);
}

export async function pathOf(target: string, replies: Replies, seen?: Observed): Promise<Omit<Path, 'time'>> {
  return buildPath(await knownOf(target, replies), seen);
}
