import { describe, expect, it } from 'vitest';
import { downloadsLineSchema, errorLineSchema, statusLineSchema } from '../../../src-main/contract/lines.ts';
import { keepExampleIndex } from '../keep-example-index.ts';
import { loopbackLab } from './loopback-lab.ts';
import { hoplabInPipe, type Ended } from './pipe.ts';

/** Plans a lab that is installed online, from a mirror that does not answer. */
async function plan(known: boolean, ...args: readonly string[]): Promise<Ended> {
  const { env } = await loopbackLab({ online: true });
  if (known) await keepExampleIndex(env['HOPLAB_HOME'] ?? '');
  return hoplabInPipe(['--accept-new', ...args], { ...env, HOPLAB_PASSWORD: 'any' });
}

const lines = (text: string): string[] => text.trim().split('\n');

describe('what a plan says of downloads', { timeout: 60_000 }, () => {
  it('is a line for programs: hosts, and bytes that are to come and that are there', async () => {
    const { code, stdout } = await plan(true, '--json', 'plan', '--to', 'connect');
    expect(code).toBe(0);
    expect(lines(stdout).map((line) => downloadsLineSchema.parse(JSON.parse(line)))).toEqual([
      {
        event: 'downloads',
        hosts: [{ host: '127.0.0.1:1', files: 3, bytes: 130_000_000 }],
        bytes: 130_000_000,
        cached: 4,
      },
    ]);
  });

  it('stands before the stages, where a change may need some of it', async () => {
    const { stdout } = await plan(true, 'plan', '--to', 'prepare-nodes');
    expect(lines(stdout).slice(0, 3)).toEqual([
      '↓ To be downloaded when a change needs it: 130.0 MB (3 files, 130.0 MB from 127.0.0.1:1)',
      '↓ In the cache already: 4 B',
      'connect · Connect',
    ]);
    expect((await plan(true, 'plan', '--to', 'connect')).stdout).not.toContain('↓');
  });

  it('may be that nothing is known, and why', async () => {
    const { code, stdout, stderr } = await plan(false, '--json', 'plan');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(lines(stderr)).toHaveLength(1);
    const { title, detail } = errorLineSchema.parse(JSON.parse(stderr));
    expect(title.en).toMatch(/127\.0\.0\.1:1/);
    expect(detail).toBe('');
    const human = await plan(false, 'plan');
    expect({ code: human.code, stdout: human.stdout }).toEqual({ code: 1, stdout: '' });
    expect(lines(human.stderr)).toEqual([title.en, expect.any(String)]);
  });

  it('without a network and with an empty cache, `status` says of each stage what can be said', async () => {
    const { env } = await loopbackLab({ online: true });
    const asked = ['--accept-new', '--json', 'status'];
    const { stdout, stderr } = await hoplabInPipe(asked, { ...env, HOPLAB_PASSWORD: 'any' });
    expect(stderr).toBe('');
    const told = lines(stdout).map((line) => statusLineSchema.parse(JSON.parse(line)));
    expect(told[0]).toMatchObject({ stage: 'connect', done: true });
    const lacking = told.filter(({ problem }) => problem?.title.en.includes('127.0.0.1:1 '));
    expect(lacking.map(({ stage }) => stage)).toEqual(['pod-network', 'metallb', 'gateway']);
    expect(told.length).toBeGreaterThan(lacking.length + 1);
  });
});
