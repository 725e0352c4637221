import { PageServer } from './browser/page-server.ts';
import { rendererFolder } from './app-root.ts';
import type { Text } from './contract/text.ts';
import { Engine } from './engine/engine.ts';
import { hoplabHome } from './engine/home.ts';

export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Minutes without a page after which it ends; undefined: it stays. */
  readonly idle: number | undefined;
  readonly say: (text: Text) => void;
  readonly signal: AbortSignal;
}

/** The door to the browser page: serves it on this computer alone, until the signal is aborted or nobody uses it. */
export async function serve({ port, idle, say, signal }: ServeOptions): Promise<void> {
  const engine = new Engine({ home: hoplabHome(), door: 'browser' });
  const idled = new AbortController();
  const server = new PageServer({
    engine,
    folder: rendererFolder(),
    port,
    idle: idle === undefined ? undefined : idle * 60_000,
    onIdle: () => idled.abort(),
    onLink: (link) => say({ en: `Open ${link} (works once)`, ja: `${link} を開いてください (1 回だけ使えます)` }),
  });
  await server.listen();
  await Promise.race([signal, idled.signal].map(aborted));
  await server.close();
  await engine.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
