import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timedEventSchema } from '../../../src-main/contract/events.ts';
import { journalSummarySchema } from '../../../src-main/contract/journals.ts';
import { pathSummarySchema } from '../../../src-main/contract/kept-paths.ts';
import { Engine } from '../../../src-main/engine/engine.ts';
import { router } from '../../../src-main/engine/procedures/router.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { RECORDING } from '../engine/example-engine.ts';
import { hoplabOnRecording } from './on-recording.ts';

let home: string;
beforeEach(async () => {
  home = join(await tempFolder(), 'home');
  vi.stubEnv('HOPLAB_HOME', home);
});
afterEach(() => void vi.unstubAllEnvs());

const parsed = (stdout: string): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('what commands keep', { timeout: 60_000 }, () => {
  it('is a path that was followed: listed, shown again, and in the window as well', async () => {
    const { stdout: followed } = await hoplabOnRecording('--json', 'trace', 'http://192.168.2.200/');
    const listed = pathSummarySchema.parse(parsed((await hoplabOnRecording('--json', 'paths')).stdout)[0]);
    expect(listed).toMatchObject({ target: 'http://192.168.2.200/', basis: 'predicted' });
    expect((await hoplabOnRecording('paths')).stdout).toContain(`${listed.id}  ${listed.time}  `);
    expect(parsed((await hoplabOnRecording('--json', 'paths', listed.id)).stdout)).toEqual(parsed(followed));
    expect((await hoplabOnRecording('paths', listed.id, '--format', 'svg')).stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const engine = new Engine({ home, door: 'desktop' });
    const client = createRouterClient(router, { context: { engine } });
    await client.lab.open({ lab: RECORDING, speed: 0 });
    expect((await client.paths.list({ lab: RECORDING })).map(({ id }) => id)).toEqual([listed.id]);
    await hoplabOnRecording('trace', 'http://192.168.2.200/'); // while the window is open
    expect(await client.paths.list({ lab: RECORDING })).toHaveLength(2);
    await engine.close();
  });

  it('is the journal of a rollout: listed, and told as when it ran', async () => {
    const ran = await hoplabOnRecording('--json', 'verify', 'connect');
    const listed = journalSummarySchema.parse(parsed((await hoplabOnRecording('--json', 'journals')).stdout)[0]);
    expect(listed).toMatchObject({ verb: 'verify', changes: 0 });
    expect((await hoplabOnRecording('journals')).stdout).toContain(listed.rollout);
    const told = await hoplabOnRecording('--json', 'journals', listed.rollout);
    expect(parsed(told.stdout)).toEqual(parsed(ran.stdout));
    expect(timedEventSchema.parse(parsed(told.stdout)[0]).event).toBe('rollout-started');
    expect((await hoplabOnRecording('journals', listed.rollout)).stdout).toContain('connect · Connect');
  });

  it.each([
    ['paths', 'This path is no longer saved'],
    ['journals', 'There is no rollout none'],
  ])('and what %s does not have is wrong input', async (command, told) => {
    const { code, stdout, stderr } = await hoplabOnRecording(command, 'none');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(told);
  });

  it('leaves the list of labs alone', async () => {
    await hoplabOnRecording('status');
    expect(existsSync(join(home, 'labs.json'))).toBe(false);
  });
});
