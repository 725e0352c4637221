import { describe, expect, it } from 'vitest';
import { trace } from '../../../src-main/path/trace.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies } from '../table-machine.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { knownOf, pathOf, sampledReplies } from './sampled-path.ts';

const target = 'http://192.168.2.200/';
const INJECTED = '10.244.2.1 } accept } } table inet pwned { chain x { type filter hook input priority 0; ';

const from =
  (machine: string, part: string, stdout: string): Replies =>
  (command, name) =>
    name === machine && command.includes(part) ? { stdout } : undefined;

/** kubectl's answer with one value of it replaced. */
function kubectlWith(kind: string, replace: (text: string) => string): Replies {
  return (command, name) => {
    if (!command.includes(` get ${kind} `)) return undefined;
    return { stdout: replace(sampled(command, name)?.stdout ?? '') };
  };
}

describe('a path of which one machine answers garbage', () => {
  it.each([
    ['interfaces', 'ip -j addr', '[{"ifname":"eth0","addr_info":[{"family":"inet","local":"x; reboot"}]}]'],
    ['packet-rules', 'iptables-save', 'Welcome to Ubuntu\n'],
    ['kube-proxy-rules', 'list table ip kube-proxy', '{"nftables":[{"rule":{"family":1}}]}'],
    ['kube-proxy-rules', 'list table ip kube-proxy', '{"nftables":'],
    ['routes', 'ip -j route', 'null'],
    ['listening-ports', 'ss -tulnp', '<html>'],
  ])('names the machine, and knows all the rest: %s', async (fact, part, stdout) => {
    const { facts } = await knownOf(target, sampledReplies('iptables', from('k8s-worker1', part, stdout)));
    const told = facts.unknown
      .map(({ en }) => en)
      .filter((en) => en.includes('does not understand') && !en.includes('exit code 127')); // what was not sampled
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(`${fact} of k8s-worker1 could not be read: k8s-worker1 answered something`);
    const [bad, good] = [facts.nodes.get('k8s-worker1'), facts.nodes.get('k8s-worker2')];
    expect(good).toMatchObject({ interfaces: { machine: 'k8s-worker2' }, routes: {}, rules: {}, links: {} });
    expect(bad?.links).toBeDefined();
    if (fact.endsWith('rules')) expect(bad?.rules).toBeUndefined();
  });

  it('says which object of the cluster is not understood, and does not take it for absent', async () => {
    const pods = kubectlWith('pods', (text) =>
      text.replace(/"podIP": ?"[^"]*"/, `"podIP":${JSON.stringify(INJECTED)}`),
    );
    const { facts } = await knownOf(target, sampledReplies('iptables', pods));
    expect(facts.cluster.pods).toBeUndefined();
    expect(facts.cluster.services?.value.length).toBeGreaterThan(0);
    expect(facts.unknown.map(({ en }) => en)).toContainEqual(
      expect.stringMatching(/^pods of k8s-master could not be read: .*status\.podIP: no IP address/),
    );
  });

  it('does not take for absent what kubectl could not ask for', async () => {
    const refused: Replies = (command) =>
      command.includes(' get services ')
        ? {
            stderr: 'The connection to the server 192.168.2.10:6443 was refused - did you specify the right host?',
            exitCode: 1,
          }
        : undefined;
    const { facts } = await knownOf(target, sampledReplies('iptables', refused));
    expect(facts.cluster.services).toBeUndefined();
    expect(facts.cluster.pods?.value.length).toBeGreaterThan(0);
    expect(facts.unknown.map(({ en }) => en)).toContainEqual(
      expect.stringMatching(/^services of k8s-master could not be read: .*was refused/),
    );
  });

  it('has an end all the same', async () => {
    const path = await pathOf(target, sampledReplies('iptables', from('k8s-worker2', 'iptables-save', 'garbage')));
    expect(path.end.status).toBe('unknown');
    expect(path.unknown.map(({ en }) => en).join()).toContain('packet-rules of k8s-worker2');
  });
});

describe('a node whose answers hold rules of nft', () => {
  it.each([
    ['ip -j addr', JSON.stringify([{ ifname: 'cni0', addr_info: [{ family: 'inet', local: INJECTED }] }])],
    ['iptables-save', `*nat\n:KUBE-SEP-A - [0:0]\n-A KUBE-SEP-A -j DNAT --to-destination "${INJECTED}"\nCOMMIT\n`],
  ])('gets none of them onto another node: %s', async (part, stdout) => {
    const commands: string[] = [];
    const replies: Replies = (command, machine) => {
      commands.push(command);
      if (command.includes('hoplab_trace_')) return { stdout: 'hoplab-blind no nft here\n' };
      if (command.includes('-sS -k -m')) return { stdout: 'hoplab 200 192.168.2.50 41001 0.0008 0.0034\n' };
      return from('k8s-worker2', part, stdout)(command, machine);
    };
    const { bundle } = await exampleBundle();
    const context = contextOf({ lab: sampledLab, bundle, replies: sampledReplies('iptables', replies) });
    const options = { predictOnly: false, recording: undefined, signal: new AbortController().signal };
    const paths = [];
    for await (const path of trace(context, target, 1, options)) paths.push(path);
    expect(paths).toHaveLength(1);
    expect(commands.some((command) => command.includes('hoplab_trace_'))).toBe(true);
    expect(commands.join('\n')).not.toContain('pwned');
  });
});
