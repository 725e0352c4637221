import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathSchema, type Path, type Stopped } from '../../src-main/contract/path.ts';

/** A request to the app behind the Gateway, with its name lookup, as it was observed on the real lab. */
export function observedPath(): Path {
  const file = fileURLToPath(new URL('samples/observed.json', import.meta.url));
  return pathSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The same as it looks when UDP 8472 is blocked: it ends at the flannel.1 of the node that it came to. */
export function stoppedPath(): Path {
  const path = observedPath();
  const [lookup, request] = path.legs;
  if (!lookup || !request) throw new Error('the observed path has a name lookup and a request');
  const last = request.hops.findIndex(({ layer }) => layer === 'overlay');
  const end: Stopped = {
    status: 'stopped',
    basis: { kind: 'observed' },
    cause: 'overlay-blocked',
    because: null,
    hop: request.hops[last]?.id ?? null,
    sentence: {
      en: 'k8s-worker2 sent the packet by VXLAN to 192.168.2.11; k8s-worker1 never saw it.',
      ja: 'k8s-worker2 は VXLAN で 192.168.2.11 に送ったが、k8s-worker1 には届いていない。',
    },
    meaning: {
      en: 'Something between the nodes drops UDP port 8472.',
      ja: 'ノード間の何かが UDP 8472 を破棄している。',
    },
    remedy: { en: 'Allow UDP 8472 between the nodes.', ja: 'ノード間の UDP 8472 を許可してください。' },
    evidence: [],
  };
  const legs = [lookup, { ...request, hops: request.hops.slice(0, last + 1) }];
  return { ...path, time: '2026-11-25T02:40:00.000Z', legs, end, differences: [] };
}

/** Three requests that were made together; the last one was not answered. */
export function seriesOfPaths(): readonly Path[] {
  const path = observedPath();
  return [path, path, stoppedPath()].map((each, index) => ({ ...each, time: `2026-11-25T03:00:0${index}.000Z` }));
}

/** Puts paths where an engine with this home finds them as kept paths of its recording. Returns their ids. */
export function keepPaths(home: string, paths: readonly Path[], series: string | null = null): readonly string[] {
  const folder = join(home, 'labs', 'recording', 'paths');
  mkdirSync(folder, { recursive: true });
  return paths.map((path) => {
    const id = path.time.replaceAll(/[:.]/g, '-');
    writeFileSync(join(folder, `${id}.json`), JSON.stringify({ series, path }));
    return id;
  });
}
