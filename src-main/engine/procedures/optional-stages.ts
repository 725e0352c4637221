import { changeOfStages, chooseStages } from '../optional-stages.ts';
import { procedures } from './base.ts';

const { optional } = procedures;

export const optionalProcedures = {
  change: optional.change.handler(({ context: { engine }, input: { lab, ...stages } }) =>
    changeOfStages(engine, lab, stages),
  ),
  choose: optional.choose.handler(({ context: { engine }, input: { lab, ...stages } }) =>
    chooseStages(engine, lab, stages),
  ),
};
