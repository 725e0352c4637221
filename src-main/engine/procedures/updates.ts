import { procedures } from './base.ts';

const { updates } = procedures;

export const updateProcedures = {
  read: updates.read.handler(({ context: { engine } }) => engine.updates.read()),
  look: updates.look.handler(({ context: { engine }, input }) => engine.updates.look(input.wanted)),
  dismiss: updates.dismiss.handler(({ context: { engine }, input }) => engine.updates.dismiss(input.version)),
};
