import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pathSchema } from '../../../src-main/contract/path.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hoplabOnRecording } from './on-recording.ts';

afterEach(() => void vi.unstubAllEnvs());

async function hoplab(args: readonly string[]) {
  vi.stubEnv('HOPLAB_HOME', join(await tempFolder(), 'home'));
  return hoplabOnRecording(...args);
}

describe('hoplab trace', () => {
  it('on the recording: one predicted path as JSON, labelled, with what is not in the recording', async () => {
    const { stdout } = await hoplab(['--json', 'trace', 'http://192.168.2.200/', '--count', '3']);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    const path = pathSchema.parse(JSON.parse(lines[0] ?? ''));
    expect(path.recorded).toBeDefined();
    expect(path.differences).toBeNull();
    expect(path.notes[0]?.en).toContain('recording');
  });

  it('writes a path for a document, and nothing else', async () => {
    const { stdout } = await hoplab(['trace', 'http://192.168.2.200/', '--format', 'svg']);
    expect(stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  it('a target that cannot be read: one sentence, exit code 2', async () => {
    const { code, stderr } = await hoplab(['trace', 'no target']);
    expect(code).toBe(2);
    expect(stderr).toContain('"no target" is not a valid target. Valid forms:');
  });
});
