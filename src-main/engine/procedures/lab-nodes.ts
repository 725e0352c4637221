import { addNode, changeOfRemoval, composeNode } from '../node-edits.ts';
import { procedures } from './base.ts';

const { nodes } = procedures;

export const nodeProcedures = {
  compose: nodes.compose.handler(({ context: { engine }, input: { lab, ...answers } }) =>
    composeNode(engine, lab, answers),
  ),
  add: nodes.add.handler(({ context: { engine }, input: { lab, ...answers } }) => addNode(engine, lab, answers)),
  removal: nodes.removal.handler(({ context: { engine }, input: { lab, name } }) => changeOfRemoval(engine, lab, name)),
  remove: nodes.remove.handler(async ({ context: { engine }, input: { lab, ...removed } }) => ({
    rollout: (await engine.lab(lab)).start({ verb: 'remove-node', removed }).told.id,
  })),
};
