import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serviceRulesSchema } from '../../src-main/contract/service-rules.ts';
import { pathSchema } from '../../src-main/contract/path.ts';
import { bin, builtCli } from '../set-up/built.ts';
import { run } from '../lab/script.ts';

const home = mkdtempSync(join(tmpdir(), 'hoplab-recording-'));
afterAll(() => rmSync(home, { recursive: true }));

const cli = builtCli();
const env = { HOPLAB_HOME: home, NO_COLOR: '1', LANG: 'C' };
const hoplab = (...args: readonly string[]) => run(bin('node'), [cli, ...args], { env });
const instant = (...args: readonly string[]) => hoplab('--recording', '--speed', 'instant', ...args);
const LABEL = /^Recording of a real lab, made on \d{4}-\d\d-\d\d, played instantly\. No machine is touched\.$/m;

/** Each call is a process of its own: the recorded lab stands where the one before left it. */
describe('hoplab --recording', { timeout: 60_000 }, () => {
  it('rolls out, knows then that it is done, undoes, and goes up again', async () => {
    const up = await instant('up', '--to', 'workers');
    expect(up).toMatchObject({ exitCode: 0, stderr: '' });
    expect(up.stdout).toMatch(LABEL);
    expect(up.stdout).toContain('recording, no machine was touched');
    expect((await instant('up')).stdout).toMatch(/done · \d+ changes, \d+ checks passed, 0 failed/);
    expect((await instant('up')).stdout).toMatch(/done · 0 changes/);
    const undo = await instant('undo', 'gateway');
    expect(undo.exitCode).toBe(0);
    expect(undo.stdout).toMatch(
      /^Undone in this order: kube-proxy-mode, own-apps, tls, header-routing, traffic-split, second-version, client-resolver, cluster-dns, gateway$/m,
    );
    const plan = await instant('plan');
    expect(plan.stdout).toMatch(LABEL);
    expect(plan.stdout).toContain('shortener-gateway');
    const status = await instant('status');
    expect(status.stdout).toMatch(LABEL);
    expect(status.stdout).toMatch(/✓ metallb {2,}in place\n· gateway/);
    expect((await instant('up')).exitCode).toBe(0);
  });

  it('plays the requests that were made, with what the kernels said', async () => {
    const { exitCode, stdout } = await instant('--json', 'trace', 'https://url-shortener.staging.k8s.local/');
    expect(exitCode).toBe(0);
    const path = pathSchema.parse(JSON.parse(stdout));
    expect(path).toMatchObject({ recorded: expect.any(String) as string, end: { basis: { kind: 'observed' } } });
    const lines = path.legs.flatMap(({ hops }) => hops.flatMap(({ evidence }) => evidence.flatMap((one) => one.lines)));
    expect(lines.join('\n')).toMatch(/^trace id [0-9a-f]+ ip kube-proxy services rule /m);
  });

  it('predicts what it could play, when it is asked to, and says nothing else of it', async () => {
    const notes = async (...args: string[]) => {
      const { stdout } = await instant('--json', 'trace', ...args);
      return pathSchema.parse(JSON.parse(stdout)).notes.map(({ en }) => en);
    };
    const [known, made] = ['what was not recorded is unknown', 'this request was not made'];
    expect(await notes('http://192.168.2.200/', '--predict')).toEqual([expect.stringContaining(known)]);
    expect((await notes('http://192.168.2.200/', '--predict'))[0]).not.toContain(made);
    expect((await notes('http://192.168.2.200/other'))[0]).toContain(made);
  });

  it('plays what was followed while something was broken', async () => {
    const { exitCode, stdout } = await instant('trace', '--situation', 'overlay-blocked');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('While this was recorded: UDP 8472 was blocked between the nodes.');
    const unknown = await instant('trace', '--situation', 'earthquake');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain(
      'The recording has no situation earthquake. It has: overlay-blocked, no-endpoints.',
    );
    expect((await instant('trace')).exitCode).toBe(2);
  });

  it('shows the rules of a Service in each mode that kube-proxy has worked in', async () => {
    const service = 'staging/shortener-service';
    const now = await instant('rules', service);
    expect(now).toMatchObject({ exitCode: 0, stderr: '' });
    expect(now.stdout).toMatch(/^nftables · \d+ lines · now$/m);
    expect(now.stdout).not.toContain('iptables ·');
    expect((await instant('undo', 'kube-proxy-mode')).exitCode).toBe(0);
    const both = serviceRulesSchema.parse(JSON.parse((await instant('--json', 'rules', service)).stdout));
    expect(both.modes.map(({ mode }) => mode)).toEqual(['iptables', 'nftables']);
    expect(both.now).toBe('iptables');
    expect(both.modes[0]?.rows.map(({ line }) => line)).toContainEqual(
      expect.stringContaining('-j DNAT --to-destination'),
    );
    expect((await instant('rules', 'staging')).exitCode).toBe(2);
    const unknown = await instant('rules', 'staging/nobody');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain('The API server has no Service staging/nobody. Name one of its Services: ');
    expect((await instant('up')).exitCode).toBe(0);
  });

  it('labels what programs read', async () => {
    const [first] = (await instant('--json', 'verify', 'connect')).stdout.split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({
      event: 'rollout-started',
      recording: { recorded: expect.any(String) as string },
    });
    for (const line of (await instant('--json', 'status')).stdout.trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ recorded: expect.any(String) as string });
    }
  });

  it('speaks Japanese as well', async () => {
    const { stdout } = await instant('--lang', 'ja', 'verify', 'metallb');
    expect(stdout).toContain('実際のラボの記録');
    expect(stdout).toContain('マシンには触れていない');
  });

  it('that is shown as a tour begins with bare machines and says what to do next', async () => {
    const { exitCode, stdout } = await hoplab('--speed', 'instant', 'tour');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('kubeadm init');
    expect(stdout).toContain('hoplab init --nodes');
  });

  it('asks for a speed that there is', async () => {
    const { exitCode, stderr } = await hoplab('--recording', '--speed', '3', 'up');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('instant');
  });
});
