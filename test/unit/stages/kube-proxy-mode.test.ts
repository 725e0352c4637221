import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import type { Lab } from '../../../src-main/lab/lab.ts';
import { sha256Of } from '../../../src-main/machines/upload.ts';
import { changesOf, type Change } from '../../../src-main/plan/plan.ts';
import { kubeadmState } from '../../../src-main/facts/kubeadm-state.ts';
import { controlPlaneStage } from '../../../src-main/stages/control-plane.ts';
import { leaveCluster } from '../../../src-main/stages/workers.ts';
import { kubeadmFiles } from '../bare-machine.ts';
import { kubeProxyMode } from '../../../src-main/stages/kube-proxy-mode.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Reply } from '../table-machine.ts';

type Mode = 'iptables' | 'nftables' | 'ipvs';

interface Node {
  /** What its kube-proxy works with; undefined: it does not run. */
  runs: Mode | undefined;
  /** Whose rules its kernel has. */
  has: Set<Mode>;
  arp: number;
  /** How it was before, as noted. */
  before: number | undefined;
  modules: string | undefined;
}

/** kube-proxy of a cluster as cmd/kube-proxy/app/server_linux.go has it: what it cleans when it starts, and what it leaves. */
class Proxies {
  readonly config: { mode: Mode; strict: boolean; stage: string };
  readonly nodes = new Map<string, Node>();

  constructor(lab: Lab) {
    const mode = lab.kubernetes.kubeProxy;
    this.config = { mode, strict: false, stage: '' };
    for (const { name } of lab.nodes)
      this.nodes.set(name, { runs: mode, has: new Set([mode]), arp: 0, before: undefined, modules: undefined });
  }

  make({ machine, command, input }: Change): void {
    const [, mode] = / mode: ([a-z]+)\//.exec(command) ?? [];
    const [, strict] = /strictARP: (true|false)\//.exec(command) ?? [];
    const node = this.#node(machine);
    if (command.includes('--overwrite configmap kube-proxy')) this.config.stage = 'kube-proxy-mode';
    if (mode !== undefined) this.config.mode = mode as Mode;
    if (strict !== undefined) this.config.strict = strict === 'true';
    if (command.includes('rollout restart daemonset kube-proxy')) this.#restart();
    if (/label configmap kube-proxy \S+stage-$/.test(command)) this.config.stage = '';
    if (command.includes('modprobe -a ip_vs')) {
      node.before ??= node.has.has('ipvs') ? 0 : node.arp;
      node.modules = (input as { content: string }).content;
    } else if (command.includes('before-ipvs.conf')) {
      node.modules = undefined;
      node.arp = node.before ?? node.arp;
      node.before = undefined;
    }
  }

  #restart(): void {
    const { mode, strict } = this.config;
    for (const node of this.nodes.values()) {
      node.runs = mode;
      const cleaned: readonly Mode[] = mode === 'nftables' ? ['iptables', 'ipvs'] : ['nftables'];
      for (const one of cleaned) node.has.delete(one);
      node.has.add(mode);
      if (mode === 'ipvs' && strict) node.arp = 1;
    }
  }

  #node(name: string): Node {
    const node = this.nodes.get(name);
    if (!node) throw new Error(name);
    return node;
  }

  reply(command: string, machine: string): Reply | undefined {
    const { mode, strict, stage } = this.config;
    if (command.includes('get configmap kube-proxy -o json')) {
      const labels = stage === '' ? {} : { 'hoplab.dev/stage': stage };
      const config = `mode: ${mode}\nipvs:\n  strictARP: ${String(strict)}\n`;
      return { stdout: JSON.stringify({ metadata: { labels }, data: { 'config.conf': config } }) };
    }
    const node = this.#node(machine);
    if (command.includes('proxyMode')) return node.runs ? { stdout: node.runs } : { exitCode: 7 };
    if (command.includes('arp_ignore')) return { stdout: `${node.arp}\n` };
    if (!command.includes('sha256sum')) return undefined;
    const path = '/etc/modules-load.d/hoplab-ipvs.conf';
    if (node.modules === undefined) return { stderr: `sha256sum: ${path}: No such file or directory\n`, exitCode: 1 };
    return { stdout: `${sha256Of(node.modules)}  ${path}\n` };
  }
}

let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

const labWith = (mode?: Mode, base: Mode = 'iptables') =>
  labOf(
    `${labText()}kubernetes: { kubeProxy: ${base} }\n${mode === undefined ? '' : `optional: { kubeProxyMode: ${mode} }\n`}`,
  );

function contextIn(lab: Lab, proxies: Proxies) {
  return contextOf({ lab, bundle, replies: (command, machine) => proxies.reply(command, machine) });
}

/** Makes the first changes of a plan, or all. Returns how many it has. */
async function make(lab: Lab, proxies: Proxies, verb: 'up' | 'undo', most = Infinity): Promise<number> {
  const context = contextIn(lab, proxies);
  const changes = changesOf(verb === 'up' ? await kubeProxyMode.decide(context) : await kubeProxyMode.undo(context));
  for (const change of changes.slice(0, most)) proxies.make(change);
  return changes.length;
}

function expectMode(proxies: Proxies, mode: Mode, stage = 'kube-proxy-mode'): void {
  const isIpvs = mode === 'ipvs';
  expect(proxies.config).toEqual({ mode, strict: isIpvs, stage });
  for (const node of proxies.nodes.values()) {
    expect([...node.has]).toEqual([mode]);
    expect({ runs: node.runs, arp: node.arp }).toEqual({ runs: mode, arp: isIpvs ? 1 : 0 });
    expect([node.modules !== undefined, node.before]).toEqual(isIpvs ? [true, 0] : [false, undefined]);
  }
}

const MODES = ['iptables', 'nftables', 'ipvs'] as const;
const SWITCHES = (['iptables', 'nftables'] as const).flatMap((base) =>
  MODES.filter((mode) => mode !== base).map((mode) => [base, mode] as const),
);

describe.each(SWITCHES)('on a cluster with %s, kube-proxy is switched to %s', (base, mode) => {
  it('and a second time changes nothing', async () => {
    const [lab, proxies] = [labWith(mode, base), new Proxies(labWith(undefined, base))];
    await make(lab, proxies, 'up');
    expectMode(proxies, mode);
    expect(await make(lab, proxies, 'up')).toBe(0);
  });

  it('and back, with nothing left', async () => {
    const [lab, proxies] = [labWith(mode, base), new Proxies(labWith(undefined, base))];
    await make(lab, proxies, 'up');
    await make(lab, proxies, 'undo');
    expectMode(proxies, base, '');
    expect(await make(lab, proxies, 'undo')).toBe(0);
  });

  it('wherever it is cut off: up goes on, undo takes all back, and another mode is reached', async () => {
    const lab = labWith(mode, base);
    const all = await make(lab, new Proxies(lab), 'up');
    for (let cut = 1; cut <= all; cut += 1) {
      const cutOff = async () => {
        const proxies = new Proxies(lab);
        await make(lab, proxies, 'up', cut);
        return proxies;
      };
      const on = await cutOff();
      await make(lab, on, 'up');
      expectMode(on, mode);
      const most = await make(lab, await cutOff(), 'undo', 0);
      for (let again = 0; again <= most; again += 1) {
        const back = await cutOff();
        await make(lab, back, 'undo', again); // cut off as well
        await make(lab, back, 'undo');
        expectMode(back, base, '');
      }
      for (const other of MODES.filter((one) => one !== mode && one !== base)) {
        const proxies = await cutOff();
        await make(labWith(other, base), proxies, 'up');
        expectMode(proxies, other);
      }
    }
  });
});

it.each(['ipvs', 'nftables'] as const)(
  'a node that leaves the cluster in mode %s keeps no setting of it',
  async (mode) => {
    const [lab, proxies] = [labWith(mode), new Proxies(labWith())];
    await make(lab, proxies, 'up');
    const leaving = contextOf({
      lab,
      bundle,
      replies: (command, machine) =>
        command === kubeadmState.command ? kubeadmFiles([]) : proxies.reply(command, machine),
    });
    const gone = async () => {
      const plans = [controlPlaneStage.undo(leaving), ...lab.nodes.slice(1).map((node) => leaveCluster(leaving, node))];
      return (await Promise.all(plans)).flatMap((plan) => changesOf(plan));
    };
    for (const change of await gone()) proxies.make(change);
    for (const node of proxies.nodes.values())
      expect([node.modules, node.before, node.arp]).toEqual([undefined, undefined, 0]);
    expect(await gone()).toEqual([]);
  },
);

it('a lab whose file does not ask for ipvs any longer is rid of what that left, once its nodes have left the cluster', async () => {
  const proxies = new Proxies(labWith());
  await make(labWith('ipvs'), proxies, 'up');
  const context = contextOf({
    lab: labWith(),
    bundle,
    replies: (command, machine) => proxies.reply(command, machine),
  });
  const left = async () => changesOf((await kubeProxyMode.undoLeft?.(context)) ?? []);
  expect(await left()).toHaveLength(proxies.nodes.size);
  for (const change of await left()) proxies.make(change);
  for (const node of proxies.nodes.values())
    expect([node.modules, node.before, node.arp]).toEqual([undefined, undefined, 0]);
  expect(await left()).toEqual([]);
});

it('a node whose kube-proxy is silent is taken to have what ipvs left', async () => {
  const [lab, proxies] = [labWith('ipvs'), new Proxies(labWith())];
  await make(lab, proxies, 'up');
  for (const node of proxies.nodes.values()) node.runs = undefined;
  await make(lab, proxies, 'undo');
  expectMode(proxies, 'iptables', '');
});

it('kube-proxy that was started before it was told to be strict is started again', async () => {
  const [lab, proxies] = [labWith('ipvs'), new Proxies(labWith())];
  await make(lab, proxies, 'up');
  proxies.config.strict = false;
  for (const node of proxies.nodes.values()) node.arp = 0;
  await make(lab, proxies, 'up', 1);
  await make(lab, proxies, 'up');
  expectMode(proxies, 'ipvs');
});
