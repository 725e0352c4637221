import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { awayLineSchema, errorLineSchema, statusLineSchema } from '../../../src-main/contract/lines.ts';
import { loopbackLab } from './loopback-lab.ts';
import { hoplabInPipe, type Ended } from './pipe.ts';

/** Runs a command on a lab of which nodes are away. */
async function without(away: readonly string[], args: readonly string[]): Promise<Ended> {
  const { env } = await loopbackLab({ isAway: (address) => away.includes(address) });
  const ended = await hoplabInPipe(['--accept-new', ...args], { ...env, HOPLAB_PASSWORD: 'any' });
  expect(existsSync(join(env['HOPLAB_HOME'] ?? '', 'labs.json'))).toBe(false); // the lab file is not put into the window's list
  return ended;
}

const withoutWorker = (...args: readonly string[]): Promise<Ended> => without(['192.168.2.12'], args);

const lines = (text: string): string[] => text.trim().split('\n');

describe('a node that is away', { timeout: 60_000 }, () => {
  it('is named by status, after what the others say of the stages', async () => {
    const { code, stdout, stderr } = await withoutWorker('status');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^\? connect {2,}k8s-worker2 cannot be reached$/m);
    expect(stdout).toMatch(/^\? workers {2,}k8s-worker2 cannot be reached$/m);
    expect(lines(stdout).at(-1)).toMatch(/^! k8s-worker2 cannot be reached\. Check that the machine is up/);
  });

  it('may be every one of them', async () => {
    const { code, stdout } = await without(['192.168.2.10', '192.168.2.11', '192.168.2.12'], ['status']);
    expect(code).toBe(1);
    const away = lines(stdout).flatMap((line) => /^! (\S+) cannot be reached/.exec(line)?.[1] ?? []);
    expect(away).toEqual(['k8s-master', 'k8s-worker1', 'k8s-worker2']);
  });

  it('is a line of its own for programs', async () => {
    const { stdout } = await withoutWorker('--json', 'status');
    const told = lines(stdout).map((line) => JSON.parse(line) as unknown);
    expect(awayLineSchema.parse(told.pop()).machine).toBe('k8s-worker2');
    expect(told.map((line) => statusLineSchema.parse(line))[0]).toMatchObject({ stage: 'connect', done: false });
  });

  it('leaves plan with what is known, says that this is not all, and tells each reason once', async () => {
    const { code, stdout, stderr } = await withoutWorker('--json', 'plan', '--to', 'workers');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const told = lines(stderr).map((line) => errorLineSchema.parse(JSON.parse(line)).title.en);
    expect(told).toContain('k8s-worker2 cannot be reached');
    expect(new Set(told).size).toBe(told.length);
    const human = await withoutWorker('plan', '--to', 'workers');
    expect(human.code).toBe(1);
    expect(lines(human.stdout)[0]).toBe('connect · Connect');
    expect(lines(human.stdout).at(-1)).toBe('0 changes; stages that cannot be decided now: 4. Nothing was changed.');
  });
});
