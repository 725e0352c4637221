import type { Engine } from '../engine.ts';
import type { LabId } from '../../contract/labs.ts';
import { noLocalTerminal, noSuchMachine, notInARecording } from '../refusals.ts';
import { procedures, told } from './base.ts';

const { terminals } = procedures;

export const terminalProcedures = {
  open: terminals.open.handler(async ({ context: { engine }, input: { lab, machine, columns, rows } }) =>
    machine === 'this-computer'
      ? openHere(engine, { columns, rows })
      : openThere(engine, lab, machine, { columns, rows }),
  ),
  output: terminals.output.handler(async function* ({ context: { engine }, input, signal }) {
    yield* told(engine.terminals.output(input.terminal, signal), engine);
  }),
  write: terminals.write.handler(({ context: { engine }, input }) =>
    engine.terminals.write(input.terminal, input.data),
  ),
  resize: terminals.resize.handler(({ context: { engine }, input: { terminal, columns, rows } }) =>
    engine.terminals.resize(terminal, columns, rows),
  ),
  close: terminals.close.handler(({ context: { engine }, input }) => engine.terminals.close(input.terminal)),
};

interface Size {
  readonly columns: number;
  readonly rows: number;
}

async function openHere({ options, terminals: open }: Engine, size: Size) {
  if (!options.localShell) throw noLocalTerminal();
  return { terminal: open.add(await options.localShell(size)), where: 'this computer' };
}

async function openThere(engine: Engine, id: LabId, name: string, size: Size) {
  const { parts, connection } = await engine.lab(id);
  const { lab, recording } = parts;
  if (recording) throw notInARecording();
  const known = name === 'client' || lab.nodes.some((node) => node.name === name);
  if (!known) throw noSuchMachine(name);
  // a page in a browser gets no shell beside the engine, under no name
  if (name === 'client' && lab.client.kind === 'this-computer') return openHere(engine, size);
  const machine = (await connection.session()).context.machine(name);
  return {
    terminal: engine.terminals.add(await machine.openShell(size), { lab: id, machine: name }),
    where: machine.where,
  };
}
