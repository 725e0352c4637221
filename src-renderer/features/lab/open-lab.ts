import { effectScope, markRaw, reactive, shallowReactive } from 'vue';
import type { LabDescription, LabState, StageState } from '../../../src-main/contract/lab-session.ts';
import { engine, follow, trouble, type Trouble } from '../../engine.ts';
import { preferences } from '../../preferences.ts';
import { labTexts } from '../../texts/lab-texts.ts';
import { RunLog } from '../run-log/run-log.ts';
import { Picture } from './topology/picture.ts';

/** A lab that the window follows, from when it shows until it is left. */
export interface OpenLab {
  readonly id: string;
  description: LabDescription | undefined;
  /** Why it could not be opened. */
  failure: Trouble | undefined;
  connection: LabState['connection'];
  rollout: LabState['rollout'];
  /** By stage id. */
  readonly stages: Map<string, StageState>;
  readonly log: RunLog;
  readonly picture: Picture;
  /** Ends following it; the engine lets go of it by itself when nobody else does. */
  readonly close: () => void;
}

export const openLabs = shallowReactive(new Map<string, OpenLab>());

/** Opens a lab, or takes the one that is open already. */
export function openLab(id: string): OpenLab {
  const open = openLabs.get(id);
  if (open && !open.failure) return open;
  open?.close();
  const scope = effectScope(true);
  const lab: OpenLab = reactive({
    id,
    description: undefined,
    failure: undefined,
    connection: { state: 'connecting', failure: null, away: [] },
    rollout: null,
    stages: new Map<string, StageState>(),
    log: markRaw(new RunLog()),
    picture: markRaw(new Picture()),
    close: () => scope.stop(),
  });
  openLabs.set(id, lab);
  void describe(lab).then((opened) => {
    if (opened) scope.run(() => followLab(lab));
  });
  return lab;
}

/** Forgets a lab that is open, if it is: the next look opens it anew. */
export function closeLab(id: string): void {
  openLabs.get(id)?.close();
  openLabs.delete(id);
}

async function describe(lab: OpenLab): Promise<boolean> {
  try {
    lab.description = await engine.lab.open({ lab: lab.id, speed: preferences.view.speed });
    return true;
  } catch (error) {
    lab.failure = trouble(error);
    return false;
  }
}

function followLab(lab: OpenLab): void {
  const input = { lab: lab.id };
  const fail = (failure: Trouble): void => {
    lab.failure = failure;
  };
  const ready = opener(lab.id);
  follow({
    open: (options) => ready('state').then(() => engine.lab.watch(input, options)),
    take: ({ connection, rollout, stages }) => {
      lab.connection = connection;
      lab.rollout = rollout;
      for (const stage of stages) lab.stages.set(stage.stage, stage);
    },
    fail,
    end: () => {
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
function opener(lab: string): (stream: string) => Promise<void> {
  const begun = new Set<string>();
  let opening: Promise<unknown> | undefined;
  return async (stream) => {
    if (begun.has(stream)) await (opening ??= engine.lab.open({ lab }).finally(() => (opening = undefined)));
    begun.add(stream);
  };
}
