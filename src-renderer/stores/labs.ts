import { defineStore } from 'pinia';
import { effectScope, markRaw, reactive, type Raw } from 'vue';
import type { LabDescription, LabState, StageState } from '../../src-main/contract/lab-session.ts';
import { engine, follow, trouble, type Trouble } from '../engine-client.ts';
import { Picture } from '../features/lab/topology/shown-picture.ts';
import { RunLog } from '../features/run-log/log-rows.ts';
import { labTexts } from '../texts/lab-texts.ts';
import { usePaths } from './paths.ts';
import { usePreferences } from './preferences.ts';
import { useTerminals } from './terminals.ts';
import { useToasts } from './toasts.ts';

/** A lab that the window follows, from when it shows until it is left. */
export interface OpenLab {
  readonly id: string;
  description: LabDescription | undefined;
  /** Why it could not be opened. */
  failure: Trouble | undefined;
  connection: LabState['connection'];
  rollout: LabState['rollout'];
  /** Whether its rollout is being stopped just now. */
  stopping: boolean;
  /** By stage id. */
  readonly stages: Map<string, StageState>;
  readonly log: Raw<RunLog>;
  readonly picture: Raw<Picture>;
  /** Ends following it; the engine lets go of it by itself when nobody else does. */
  readonly close: () => void;
}

/** The labs that are open in this window. */
export const useLabs = defineStore('labs', {
  state: () => ({ open: new Map<string, OpenLab>() }),
  getters: {
    /** Whether a rollout of any of them runs. */
    busy: ({ open }) => [...open.values()].some(({ rollout }) => rollout !== null),
  },
  actions: {
    /** Opens a lab, or takes the one that is open already. */
    follow(id: string): OpenLab {
      const open = this.open.get(id);
      if (open && !open.failure) return open;
      open?.close();
      const lab: OpenLab = reactive({
        id,
        description: undefined,
        failure: undefined,
        connection: { state: 'connecting', failure: null, away: [] },
        rollout: null,
        stopping: false,
        stages: new Map<string, StageState>(),
        log: markRaw(new RunLog()),
        picture: markRaw(new Picture()),
        close: () => leave(),
      });
      const leave = enter(lab);
      this.open.set(id, lab);
      return lab;
    },
    /** Forgets a lab that is open, if it is: the next look opens it anew. */
    close(id: string) {
      this.open.get(id)?.close();
      this.open.delete(id);
    },
    /** Leaves the labs that are not shown, but those of which a rollout, a shell or a request runs. */
    leaveAllBut(shown: string | undefined) {
      for (const { id, rollout } of [...this.open.values()]) {
        if (id === shown || rollout !== null) continue;
        if (!useTerminals().hasShell(id) && !usePaths().isFollowing(id)) this.close(id);
      }
    },
    /** Leaves a lab that is not in the list any more, with everything of it. */
    drop(id: string) {
      useTerminals().closeAll(id);
      usePaths().drop(id);
      this.close(id);
    },
  },
});

/** Whether its machines are VMs that Hoplab makes; false until that is known. */
export function hasVms(lab: Pick<OpenLab, 'description'> | undefined): boolean {
  return (lab?.description?.machines ?? null) !== null;
}

/** Stops the running rollout of a lab, and returns when it has stopped. */
export async function stopRollout(lab: OpenLab): Promise<void> {
  lab.stopping = true;
  try {
    await engine.rollouts.cancel({ lab: lab.id });
  } catch (error) {
    useToasts().showTrouble(trouble(error));
  } finally {
    lab.stopping = false;
  }
}

/** Opens a lab and follows it; again whenever its file describes another one. @returns what ends that */
function enter(lab: OpenLab): () => void {
  let scope = effectScope(true);
  let left = false;
  const open = async (): Promise<void> => {
    scope.stop();
    if (!(await describe(lab)) || left) return;
    scope = effectScope(true);
    scope.run(() => followLab(lab, () => void open()));
  };
  void open();
  return () => {
    left = true;
    scope.stop();
  };
}

async function describe(lab: OpenLab): Promise<boolean> {
  try {
    lab.description = await engine.lab.open({ lab: lab.id, speed: usePreferences().view.speed });
    return true;
  } catch (error) {
    lab.description = undefined;
    lab.failure = trouble(error);
    return false;
  }
}

/** @param again called when the lab is to be opened again, as its file describes it now */
function followLab(lab: OpenLab, again: () => void): void {
  const input = { lab: lab.id };
  let isOutdated = false;
  const fail = (failure: Trouble): void => {
    lab.failure = failure;
  };
  const ready = opener(lab);
  follow({
    open: (options) => ready('state').then(() => engine.lab.watch(input, options)),
    take: ({ connection, rollout, outdated, stages }) => {
      isOutdated = outdated;
      lab.connection = connection;
      lab.rollout = rollout;
      for (const stage of stages) lab.stages.set(stage.stage, stage);
    },
    fail,
    end: () => {
      if (isOutdated) {
        again();
        return;
      }
      lab.description = undefined; // what it shows is not how it is any more
      lab.failure = { ...labTexts.closedElsewhere, detail: '' };
    },
  });
  follow({
    open: (options) => ready('log').then(() => engine.rollouts.watch(input, options)),
    take: (batch) => lab.log.take(batch),
    fail,
  });
  follow({
    open: (options) => ready('picture').then(() => engine.topology.watch(input, options)),
    take: (update) => lab.picture.take(update),
    fail,
  });
}

/** While the line was lost the engine may have let go of the lab: it is opened again first, once for all its streams. */
function opener(lab: OpenLab): (stream: string) => Promise<void> {
  const begun = new Set<string>();
  let opening: Promise<void> | undefined;
  const open = async (): Promise<void> => {
    lab.description = await engine.lab.open({ lab: lab.id }); // its file may describe another one by now
  };
  return async (stream) => {
    if (begun.has(stream)) await (opening ??= open().finally(() => (opening = undefined)));
    begun.add(stream);
  };
}
