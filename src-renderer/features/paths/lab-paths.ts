import { shallowReactive } from 'vue';
import type { ComparedPaths, OpenedPath, PathSummary } from '../../../src-main/contract/kept-paths.ts';
import { engine, trouble, type Trouble } from '../../engine.ts';

/** What is asked of a target. */
interface Asked {
  readonly target: string;
  readonly count: number;
  readonly predictOnly: boolean;
}

/** The paths of a lab as the window has them: they stay while other screens show, and so does what is followed. */
export interface LabPaths {
  readonly lab: string;
  target: string;
  list: readonly PathSummary[];
  opened: OpenedPath | undefined;
  compared: ComparedPaths | undefined;
  /** Undefined: nothing is followed now. */
  following: { readonly done: number; readonly all: number } | undefined;
  failure: Trouble | undefined;
}

const known = new Map<string, LabPaths>();
const stops = new Map<string, AbortController>();

export function pathsOf(lab: string): LabPaths {
  const paths =
    known.get(lab) ??
    shallowReactive<LabPaths>({
      lab,
      target: '',
      list: [],
      opened: undefined,
      compared: undefined,
      following: undefined,
      failure: undefined,
    });
  known.set(lab, paths);
  return paths;
}

/** Reads which paths are kept. */
export function listPaths(paths: LabPaths): Promise<void> {
  return attempt(paths, async () => {
    paths.list = await engine.paths.list({ lab: paths.lab });
  });
}

/** Follows a target; each path shows as it comes. */
export async function followTarget(paths: LabPaths, asked: Asked): Promise<void> {
  stopFollowing(paths);
  const stop = new AbortController();
  stops.set(paths.lab, stop);
  paths.following = { done: 0, all: asked.count };
  await attempt(paths, async () => {
    const stream = await engine.paths.trace({ lab: paths.lab, ...asked }, { signal: stop.signal });
    let done = 0;
    for await (const opened of stream) {
      if (stop.signal.aborted) return;
      done += 1;
      Object.assign(paths, { opened, compared: undefined, following: { done, all: asked.count } });
    }
  });
  if (stops.get(paths.lab) !== stop) return;
  stopFollowing(paths);
  paths.list = await engine.paths.list({ lab: paths.lab }).catch(() => paths.list); // the failure is told already
}

export function stopFollowing(paths: LabPaths): void {
  stops.get(paths.lab)?.abort();
  stops.delete(paths.lab);
  paths.following = undefined;
}

export function isFollowing(lab: string): boolean {
  return known.get(lab)?.following !== undefined;
}

/** Everything of a lab that is not in the list any more. */
export function forgetPaths(lab: string): void {
  stopFollowing(pathsOf(lab));
  known.delete(lab);
}

export function openPath(paths: LabPaths, path: string): Promise<void> {
  return attempt(paths, async () => {
    paths.opened = await engine.paths.open({ lab: paths.lab, path });
    paths.compared = undefined;
    paths.target = paths.opened.path.target;
  });
}

/** Back to the list. */
export function closePath(paths: LabPaths): void {
  paths.opened = undefined;
  paths.compared = undefined;
}

export function forgetPath(paths: LabPaths, path: string): Promise<void> {
  return attempt(paths, async () => {
    await engine.paths.forget({ lab: paths.lab, path });
    if (paths.opened?.id === path) closePath(paths);
    paths.list = await engine.paths.list({ lab: paths.lab });
  });
}

/** Keeps a path that was made elsewhere, and shows it. */
export function importPath(paths: LabPaths, file: Blob): Promise<void> {
  return attempt(paths, async () => {
    paths.opened = await engine.paths.import({ lab: paths.lab, text: await file.text() });
    paths.compared = undefined;
    paths.target = paths.opened.path.target;
    paths.list = await engine.paths.list({ lab: paths.lab });
  });
}

export function comparePath(paths: LabPaths, path: string, other: string): Promise<void> {
  return attempt(paths, async () => {
    paths.compared = await engine.paths.compare({ lab: paths.lab, path, other });
  });
}

async function attempt(paths: LabPaths, work: () => Promise<void>): Promise<void> {
  paths.failure = undefined;
  try {
    await work();
  } catch (error) {
    const wanted = error instanceof DOMException && error.name === 'AbortError'; // it was stopped
    if (!wanted) paths.failure = trouble(error);
  }
}
