import { InvalidArgumentError } from 'commander';
import { serve } from '../serve.ts';
import type { Settings } from './command-settings.ts';
import { UsageError } from './command-settings.ts';
import { untilSignal } from './until-signal.ts';

export interface ServeFlags {
  readonly port: number;
  readonly idle?: number;
}

/** Serves the browser page until Ctrl-C. */
export async function serveCommand({ language, terminal }: Settings, { port, idle }: ServeFlags): Promise<number> {
  const stop = new AbortController();
  const release = untilSignal(stop);
  try {
    await serve({
      port,
      idle,
      say: (text) => terminal.print(text[language]),
      signal: stop.signal,
    });
    return 0;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new UsageError({
      en: `Port ${port} is in use: choose another one with --port, or omit it to use any free port.`,
      ja: `ポート ${port} は使われています。--port で別のポートを選ぶか、指定を外してください。`,
    });
  } finally {
    release();
  }
}

export function parseWhole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError('A whole number from 0 to 65535 is needed.');
  }
  return number;
}
