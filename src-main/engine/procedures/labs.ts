import { join } from 'node:path';
import { discoverHost } from '../discover-host.ts';
import { composeLabFile, problemsOf, writeLabFile } from '../write-lab-file.ts';
import { procedures } from './base.ts';
import { answersOf } from './lab-answers.ts';

const { labs } = procedures;

export const labProcedures = {
  list: labs.list.handler(({ context: { engine } }) => engine.listLabs()),
  add: labs.add.handler(({ context: { engine }, input }) => engine.labs.add(input.file)),
  forget: labs.forget.handler(({ context: { engine }, input }) => engine.labs.forget(input.lab)),
  read: labs.read.handler(({ context: { engine }, input }) => engine.labs.text(input.lab)),
  check: labs.check.handler(({ context: { engine }, input }) => ({
    problems: [...problemsOf(input.text, input.file ?? join(engine.options.home, 'lab.yaml'))],
  })),
  compose: labs.compose.handler(({ context: { engine }, input }) => {
    const file = input.file ?? join(engine.options.home, 'lab.yaml');
    const { text, problems } = composeLabFile(answersOf(input.answers), file);
    return { text, problems: [...problems] };
  }),
  create: labs.create.handler(async ({ context: { engine }, input: { file, answers, replace } }) => {
    await writeLabFile(answersOf(answers), file, replace);
    return engine.labs.add(file);
  }),
  discover: labs.discover.handler(({ context: { engine }, input, signal }) =>
    discoverHost(input, engine.knownHosts, signal),
  ),
};
