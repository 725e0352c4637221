import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { info } from './lab.ts';
import { startMirror, type Mirror } from './mirror/mirror.ts';
import type { RolledOut } from './roll-out.ts';

/** `source: online` by way of the lab's mirror, for every Hoplab that this process starts until `stop`. */
export interface OnlineSource {
  readonly mirror: Mirror;
  /** Hoplab's cache, empty at first. */
  readonly cache: string;
  /** For the lab file. */
  readonly keys: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function startOnlineSource(): Promise<OnlineSource> {
  const cache = join((await info()).state, 'hoplab', 'cache');
  rmSync(cache, { recursive: true, force: true });
  const mirror = await startMirror();
  process.env['HOPLAB_CATALOGUE'] = mirror.catalogue;
  return {
    mirror,
    cache,
    keys: { source: 'online', mirrors: mirror.url, ca: mirror.ca },
    async stop() {
      delete process.env['HOPLAB_CATALOGUE'];
      await mirror.stop();
    },
  };
}

/** Paths of the blobs that a mirror gave since it was last asked; the first request of a repository is answered with 401. */
export function blobsGiven(mirror: Mirror): readonly string[] {
  const given = mirror.asked().filter((line) => /^GET \S+ 200 /.test(line));
  return given.map((line) => line.split(' ')[1] ?? '').filter((path) => path.includes('/blobs/'));
}

/** Bytes that were downloaded; undefined when nothing had to be. */
export function downloaded({ events }: RolledOut): number | undefined {
  return events.find((event) => event.event === 'download-finished')?.bytes;
}
