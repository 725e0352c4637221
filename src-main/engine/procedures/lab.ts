import { labFileChanged, onlyRecordingsPlay } from '../refusals.ts';
import { procedures, told } from './base.ts';

const { lab, rollouts, topology } = procedures;

export const openLabProcedures = {
  open: lab.open.handler(({ context: { engine }, input }) =>
    engine.openLab(input.lab, input.speed === 0 ? Infinity : input.speed),
  ),
  close: lab.close.handler(({ context: { engine }, input }) => engine.closeLab(input.lab)),
  watch: lab.watch.handler(async function* ({ context: { engine }, input, signal }) {
    yield* told(
      engine.follow(input.lab, (lab) => lab.follow(signal)),
      engine,
    );
  }),
  refresh: lab.refresh.handler(async ({ context: { engine }, input }) => (await engine.lab(input.lab)).refresh()),
  setSpeed: lab.setSpeed.handler(async ({ context: { engine }, input: { lab: id, speed } }) => {
    const { recording } = (await engine.lab(id)).parts;
    if (!recording) throw onlyRecordingsPlay();
    recording.speed = speed === 0 ? Infinity : speed;
  }),
};

export const rolloutProcedures = {
  plan: rollouts.plan.handler(async ({ context: { engine }, input }) => (await engine.lab(input.lab)).plan(input.to)),
  start: rollouts.start.handler(async ({ context: { engine }, input: { lab: id, ...asked } }) => {
    const { runs } = await engine.lab(id);
    if (!runs && (await engine.readAnew(id))) throw labFileChanged();
    return { rollout: (await engine.lab(id)).start(asked).told.id };
  }),
  check: rollouts.check.handler(async ({ context: { engine }, input: { lab: id, stage, check, machine } }) =>
    (await engine.lab(id)).check(stage, check, machine),
  ),
  rerun: rollouts.rerun.handler(async ({ context: { engine }, input }) => (await engine.lab(input.lab)).rerun(input)),
  cancel: rollouts.cancel.handler(async ({ context: { engine }, input }) => (await engine.lab(input.lab)).cancel()),
  watch: rollouts.watch.handler(async function* ({ context: { engine }, input, signal }) {
    yield* told(
      engine.follow(input.lab, (lab) => lab.followLog(signal)),
      engine,
    );
  }),
};

export const topologyProcedures = {
  watch: topology.watch.handler(async function* ({ context: { engine }, input, signal }) {
    yield* told(
      engine.follow(input.lab, (lab) => lab.topology.follow(signal)),
      engine,
    );
  }),
  evidence: topology.evidence.handler(async ({ context: { engine }, input: { lab: id, source, element } }) =>
    (await engine.lab(id)).topology.evidence(source, element),
  ),
};
