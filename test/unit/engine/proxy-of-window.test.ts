import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Engine } from '../../../src-main/engine/engine.ts';
import { labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

const PROXY = 'http://127.0.0.1:1';

/** Asks publishers for a lab that is installed online; what becomes of it, and about which origins the window's system was asked. */
async function download(lines: string): Promise<{ failure: unknown; asked: ReadonlySet<string> }> {
  const home = await tempFolder();
  const file = join(home, 'lab.yaml');
  await writeFile(file, labText({ 6: 'ssh: { user: lab, agent: true }', 8: `source: online\n${lines}` }));
  const asked = new Set<string>();
  const systemProxy = async (url: string): Promise<string> => (asked.add(new URL(url).origin), PROXY);
  const engine = new Engine({ home, door: 'desktop', systemProxy });
  onTestFinished(() => engine.close());
  const lab = await engine.openForCommand(file, 1, 'later');
  const { bundle } = await lab.parts.access();
  if (typeof bundle !== 'function') throw new Error('a bundle, although the lab is installed online');
  const failure: unknown = await bundle(['amd64'], new AbortController().signal)
    .items(new AbortController().signal)
    .catch((error: unknown) => error);
  return { failure, asked };
}

test('a window’s downloads go through the system’s proxy, unless the lab file or the environment names one', async () => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY', 'HOPLAB_MIRROR']) {
    vi.stubEnv(name, '').stubEnv(name.toLowerCase(), '');
  }
  onTestFinished(() => void vi.unstubAllEnvs());
  const { failure, asked } = await download('');
  expect(failure).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('The proxy 127.0.0.1:1') as unknown,
  });
  expect([...asked]).toContain('https://dl.k8s.io');

  const own = await download('proxy: http://127.0.0.1:2');
  expect(own.failure).toMatchObject({ message: expect.stringContaining('The proxy 127.0.0.1:2') as unknown });
  const except = await download('mirrors: https://127.0.0.2:2\nnoProxy: ["*"]');
  expect(except.failure).toMatchObject({ message: expect.stringContaining('127.0.0.2:2 refuses') as unknown });
  vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:3');
  const environment = await download('');
  expect(environment.failure).toMatchObject({ message: expect.stringContaining('The proxy 127.0.0.1:3') as unknown });
  expect([...own.asked, ...except.asked, ...environment.asked]).toEqual([]);
});
