import { exportPath } from '../../path-export/export-path.ts';
import { procedures, told } from './base.ts';

const { paths } = procedures;

export const pathProcedures = {
  trace: paths.trace.handler(async function* ({ context: { engine }, input: { lab, ...asked }, signal }) {
    yield* told(
      engine.follow(lab, (open) => open.paths.trace(asked, signal)),
      engine,
    );
  }),
  list: paths.list.handler(async ({ context: { engine }, input }) => (await engine.lab(input.lab)).paths.list()),
  open: paths.open.handler(async ({ context: { engine }, input: { lab, path } }) =>
    (await engine.lab(lab)).paths.open(path),
  ),
  forget: paths.forget.handler(async ({ context: { engine }, input: { lab, path } }) =>
    (await engine.lab(lab)).paths.forget(path),
  ),
  import: paths.import.handler(async ({ context: { engine }, input: { lab, text } }) =>
    (await engine.lab(lab)).paths.import(text),
  ),
  compare: paths.compare.handler(async ({ context: { engine }, input: { lab, path, other } }) =>
    (await engine.lab(lab)).paths.compare(path, other),
  ),
  export: paths.export.handler(async ({ context: { engine }, input: { lab, path, format, language } }) =>
    exportPath((await (await engine.lab(lab)).paths.open(path)).path, format, language),
  ),
};
