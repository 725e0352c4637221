import { vi } from 'vitest';
import { program } from '../../../src-main/cli/program.ts';
import type { Ended } from './pipe.ts';

/** Runs a command in this process, on the recording, at once, in English. */
export async function hoplabOnRecording(...args: readonly string[]): Promise<Ended & { code: number }> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream] += text.toString();
      return true;
    }),
  );
  const code = await program(['node', 'hoplab', '--recording', '--speed', 'instant', '--lang', 'en', ...args]);
  for (const spy of spies) spy.mockRestore();
  return { code, ...texts };
}
