import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../../src-main/cli/program.ts';
import { FakeVms } from '../../fake-programs/fake-vms.ts';
import { labOf } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

let folder: string;
let fake: FakeVms;
beforeEach(async () => {
  folder = await tempFolder();
  fake = new FakeVms('multipass');
  fake.replace('ip', 'exit 1');
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await fake.close();
});

async function init(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  for (const [name, value] of Object.entries({ HOME: folder, HOPLAB_HOME: join(folder, 'home'), LANG: 'C' }))
    vi.stubEnv(name, value);
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream] += text.toString();
      return true;
    });
  }
  const code = await program(['node', 'hoplab', '-f', join(folder, 'lab.yaml'), 'init', '--machines', ...args]);
  return { code, ...texts };
}

const written = (): string => readFileSync(join(folder, 'lab.yaml'), 'utf8');

describe('hoplab init --machines multipass', { timeout: 60_000 }, () => {
  it('writes provisional addresses of the network of Multipass, and says that it chooses them itself', async () => {
    fake.instance('primary', { state: 'Running', ipv4: '192.168.64.5' });
    const { code, stdout, stderr } = await init('multipass', '--count', '2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('The VIP is not reachable here');
    expect(stdout).toContain('hoplab up --to node-port');
    expect(written()).toContain('# Multipass chooses the addresses of its VMs itself');
    const lab = labOf(written());
    expect(lab.nodes.map(({ name, address }) => `${name} ${address}`)).toEqual([
      'k8s-master 192.168.64.11',
      'k8s-worker1 192.168.64.12',
    ]);
    expect(lab.loadBalancer).toEqual({ pool: '192.168.64.250-192.168.64.254', vip: '192.168.64.250' });
    expect(lab.machines?.provider).toBe('multipass');
    expect(written()).not.toMatch(/^lan:/m);
  });

  it('says the same in Japanese', async () => {
    fake.instance('primary', { state: 'Running', ipv4: '192.168.64.5' });
    expect((await init('multipass', '--lang', 'ja')).code).toBe(0);
    expect(written()).toContain('# VM のアドレスは Multipass が決めます。');
  });

  it('refuses in one sentence where the network is not known, and writes nothing', async () => {
    const { code, stdout, stderr } = await init('multipass');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('The network of Multipass on this computer is not known');
    expect(stderr).toContain('Start one once (`multipass launch`), or name addresses of that network');
    expect(readdirSync(folder)).not.toContain('lab.yaml');
  });

  it('takes addresses, with a pool that has none of them', async () => {
    expect((await init('multipass', '192.168.64.11', 'second=192.168.64.251')).code).toBe(0);
    const lab = labOf(written());
    expect(lab.nodes.map(({ name, address }) => `${name} ${address}`)).toEqual([
      'k8s-master 192.168.64.11',
      'second 192.168.64.251',
    ]);
    expect(lab.loadBalancer.pool).toBe('192.168.64.245-192.168.64.249');
  });

  it('refuses another number of addresses than of VMs', async () => {
    const { code, stderr } = await init('multipass', '192.168.64.11', '192.168.64.12', '--count', '3');
    expect(code).toBe(2);
    expect(stderr).toContain('There are 2 nodes, and not 3');
  });

  it('refuses addresses of VMs that get those that Hoplab chooses', async () => {
    const { code, stderr } = await init('lima', '192.168.105.111');
    expect(code).toBe(2);
    expect(stderr).toContain('leave out --nodes and addresses');
  });
});
