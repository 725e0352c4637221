import { createRouterClient, type RouterClient } from '@orpc/server';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { Engine, type EngineOptions } from '../../../src-main/engine/engine.ts';
import { router } from '../../../src-main/engine/procedures/router.ts';
import { labIdSchema } from '../../../src-main/contract/labs.ts';
import type { Lab } from '../../../src-main/lab/lab.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { TableMachine, type Replies } from '../table-machine.ts';

export type Client = RouterClient<typeof router>;

export const RECORDING = labIdSchema.parse('recording');

/** A lab access whose machines answer out of a table. */
export function tableAccess(lab: Lab, bundle: Bundle, replies: Replies) {
  const names = [...lab.nodes.map(({ name }) => name), 'client'];
  const open = async () => new Map(names.map((name) => [name, new TableMachine(name, replies)]));
  const recording = {
    recorded: '2026-11-24T00:00:00.000Z',
    hoplab: '0.1.0',
    versions: { kubernetes: 'v1.37.1' },
    speed: 1,
    requests: () => [],
    situations: [],
  };
  return { lab, bundle, open, recording };
}

/** An engine with a home of its own, whose recording answers out of a table, called without a transport. */
export async function exampleEngine(
  lab: Lab,
  replies: Replies,
  options: Partial<EngineOptions> = {},
): Promise<{ engine: Engine; client: Client; home: string }> {
  const { bundle } = await exampleBundle();
  const home = await tempFolder();
  const recording = async () => tableAccess(lab, bundle, replies);
  const engine = new Engine({ home, door: 'desktop', recording, ...options });
  return { engine, client: createRouterClient(router, { context: { engine } }), home };
}

/** Reads a stream until something holds of what has come, and ends it. */
export async function until<Piece>(
  stream: AsyncIterable<Piece>,
  holds: (pieces: readonly Piece[]) => boolean,
): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for await (const piece of stream) {
    pieces.push(piece);
    if (holds(pieces)) return pieces;
  }
  return pieces;
}
