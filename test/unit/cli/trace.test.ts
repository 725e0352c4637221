import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../../src-main/cli/program.ts';
import { pathSchema } from '../../../src-main/contract/path.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function hoplab(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  vi.stubEnv('HOPLAB_HOME', join(await tempFolder(), 'home'));
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream] += text.toString();
      return true;
    });
  }
  const code = await program(['node', 'hoplab', '--recording', '--speed', 'instant', '--lang', 'en', ...args]);
  return { code, ...texts };
}

describe('hoplab trace', () => {
  it('on the recording: one predicted path as JSON, labelled, with what is not in the recording', async () => {
    const { stdout } = await hoplab(['--json', 'trace', 'http://192.168.2.200/', '--count', '3']);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    const path = pathSchema.parse(JSON.parse(lines[0] ?? ''));
    expect(path.recorded).toBeDefined();
    expect(path.differences).toBeNull();
    expect(path.limits[0]?.en).toContain('recording');
  });

  it('writes a path for a document, and nothing else', async () => {
    const { stdout } = await hoplab(['trace', 'http://192.168.2.200/', '--format', 'svg']);
    expect(stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  it('a target that cannot be read: one sentence, exit code 2', async () => {
    const { code, stderr } = await hoplab(['trace', 'no target']);
    expect(code).toBe(2);
    expect(stderr).toContain('no target is not a valid target. Valid forms:');
  });
});
