import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../../src-main/cli/program.ts';
import { timedEventSchema } from '../../../src-main/contract/events.ts';
import { journalSummarySchema } from '../../../src-main/contract/journals.ts';
import { pathSummarySchema } from '../../../src-main/contract/kept-paths.ts';
import { Engine } from '../../../src-main/engine/engine.ts';
import { router } from '../../../src-main/engine/procedures/router.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { RECORDING } from '../engine/example-engine.ts';

let home: string;
beforeEach(async () => {
  home = join(await tempFolder(), 'home');
  vi.stubEnv('HOPLAB_HOME', home);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function hoplab(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream] += text.toString();
      return true;
    });
  }
  const code = await program(['node', 'hoplab', '--recording', '--speed', 'instant', '--lang', 'en', ...args]);
  vi.restoreAllMocks();
  return { code, ...texts };
}

const parsed = (stdout: string): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('what commands keep', { timeout: 60_000 }, () => {
  it('is a path that was followed: listed, shown again, and in the window as well', async () => {
    const { stdout: followed } = await hoplab('--json', 'trace', 'http://192.168.2.200/');
    const listed = pathSummarySchema.parse(parsed((await hoplab('--json', 'paths')).stdout)[0]);
    expect(listed).toMatchObject({ target: 'http://192.168.2.200/', basis: 'predicted' });
    expect((await hoplab('paths')).stdout).toContain(`${listed.id}  ${listed.time}  `);
    expect(parsed((await hoplab('--json', 'paths', listed.id)).stdout)).toEqual(parsed(followed));
    expect((await hoplab('paths', listed.id, '--format', 'svg')).stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const engine = new Engine({ home, door: 'desktop' });
    const client = createRouterClient(router, { context: { engine } });
    await client.lab.open({ lab: RECORDING, speed: 0 });
    expect((await client.paths.list({ lab: RECORDING })).map(({ id }) => id)).toEqual([listed.id]);
    await hoplab('trace', 'http://192.168.2.200/'); // while the window is open
    expect(await client.paths.list({ lab: RECORDING })).toHaveLength(2);
    await engine.close();
  });

  it('is the journal of a rollout: listed, and told as when it ran', async () => {
    const ran = await hoplab('--json', 'verify', 'connect');
    const listed = journalSummarySchema.parse(parsed((await hoplab('--json', 'journals')).stdout)[0]);
    expect(listed).toMatchObject({ verb: 'verify', changes: 0 });
    expect((await hoplab('journals')).stdout).toContain(listed.rollout);
    const told = await hoplab('--json', 'journals', listed.rollout);
    expect(parsed(told.stdout)).toEqual(parsed(ran.stdout));
    expect(timedEventSchema.parse(parsed(told.stdout)[0]).event).toBe('rollout-started');
    expect((await hoplab('journals', listed.rollout)).stdout).toContain('connect · Connect');
  });

  it.each([
    ['paths', 'This path is no longer saved'],
    ['journals', 'There is no rollout none'],
  ])('and what %s does not have is wrong input', async (command, told) => {
    const { code, stdout, stderr } = await hoplab(command, 'none');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(told);
  });

  it('leaves the list of labs alone', async () => {
    await hoplab('status');
    expect(existsSync(join(home, 'labs.json'))).toBe(false);
  });
});
