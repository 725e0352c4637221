import { defineStore } from 'pinia';
import { shallowReactive, type ShallowReactive } from 'vue';
import type { ComparedPaths, OpenedPath, PathSummary } from '../../src-main/contract/kept-paths.ts';
import { engine, trouble, type Trouble } from '../engine-client.ts';

/** What is asked of a target. */
interface Asked {
  readonly target: string;
  readonly count: number;
  readonly predictOnly: boolean;
  /** Of the recording: what was broken then, by its id. */
  readonly situation?: string;
}

/** A request that is followed now. */
interface Following {
  readonly done: number;
  readonly all: number;
  readonly stop: AbortController;
}

interface Paths {
  readonly lab: string;
  target: string;
  list: readonly PathSummary[];
  opened: OpenedPath | undefined;
  compared: ComparedPaths | undefined;
  following: Following | undefined;
  failure: Trouble | undefined;
}

/** The paths of a lab as the window has them: they stay while other screens show, and so does what is followed. Shallow: a path is large. */
export type LabPaths = ShallowReactive<Paths>;

export const usePaths = defineStore('paths', {
  state: () => ({ labs: new Map<string, LabPaths>() }),
  getters: {
    isFollowing: (state) => (lab: string) => state.labs.get(lab)?.following !== undefined,
  },
  actions: {
    of(lab: string): LabPaths {
      const paths = this.labs.get(lab) ?? noPaths(lab);
      this.labs.set(lab, paths);
      return paths;
    },
    /** Reads which paths are kept. What has failed before, or fails beside, stays told. */
    async list(paths: LabPaths): Promise<void> {
      try {
        await readList(paths);
      } catch (error) {
        paths.failure ??= trouble(error);
      }
    },
    /** Follows a target; each path shows as it comes. */
    async follow(paths: LabPaths, asked: Asked) {
      this.stop(paths);
      const stop = new AbortController();
      const all = asked.count;
      const isMine = (): boolean => paths.following?.stop === stop;
      paths.following = { done: 0, all, stop };
      await attempt(paths, async () => {
        const stream = await engine.paths.trace({ lab: paths.lab, ...asked }, { signal: stop.signal });
        let done = 0;
        for await (const opened of stream) {
          if (stop.signal.aborted) return;
          done += 1;
          Object.assign(paths, { opened, compared: undefined, following: { done, all, stop } });
        }
      });
      if (!isMine()) return;
      this.stop(paths);
      await readList(paths).catch(() => undefined); // the failure is told already
    },
    /** Follows a target that was chosen, once. */
    choose(paths: LabPaths, target: string, situation?: string): Promise<void> {
      this.close(paths); // of another target
      paths.target = target;
      return this.follow(paths, {
        target,
        count: 1,
        predictOnly: false,
        ...(situation !== undefined && { situation }),
      });
    },
    stop(paths: LabPaths) {
      paths.following?.stop.abort();
      paths.following = undefined;
    },
    open(paths: LabPaths, path: string): Promise<void> {
      return attempt(paths, async () => show(paths, await engine.paths.open({ lab: paths.lab, path })));
    },
    /** Back to the list. */
    close(paths: LabPaths) {
      paths.opened = undefined;
      paths.compared = undefined;
    },
    forget(paths: LabPaths, path: string): Promise<void> {
      return attempt(paths, async () => {
        await engine.paths.forget({ lab: paths.lab, path });
        if (paths.opened?.id === path) this.close(paths);
        await readList(paths);
      });
    },
    /** Keeps a path that was made elsewhere, and shows it. */
    import(paths: LabPaths, file: Blob): Promise<void> {
      return attempt(paths, async () => {
        show(paths, await engine.paths.import({ lab: paths.lab, text: await file.text() }));
        await readList(paths);
      });
    },
    compare(paths: LabPaths, path: string, other: string): Promise<void> {
      return attempt(paths, async () => {
        paths.compared = await engine.paths.compare({ lab: paths.lab, path, other });
      });
    },
    /** Everything of a lab that is not in the list any more. */
    drop(lab: string) {
      this.stop(this.of(lab));
      this.labs.delete(lab);
    },
  },
});

function noPaths(lab: string): LabPaths {
  return shallowReactive<Paths>({
    lab,
    target: '',
    list: [],
    opened: undefined,
    compared: undefined,
    following: undefined,
    failure: undefined,
  });
}

async function readList(paths: LabPaths): Promise<void> {
  paths.list = await engine.paths.list({ lab: paths.lab });
}

function show(paths: LabPaths, opened: OpenedPath): void {
  Object.assign(paths, { opened, compared: undefined, target: opened.path.target });
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
