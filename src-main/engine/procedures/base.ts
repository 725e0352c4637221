import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../contract/contract.ts';
import { LabFileError } from '../../lab/lab-file-error.ts';
import { TargetError } from '../../path/target-error.ts';
import type { Engine } from '../engine.ts';
import { explanationOf } from '../refused.ts';

export interface EngineContext {
  readonly engine: Engine;
}

/** The contract, to be implemented; whatever is thrown behind it becomes an error of the contract. */
export const procedures = implement(contract)
  .$context<EngineContext>()
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw contractError(error);
    }
  });

/** Keeps the errors of a stream inside the contract. */
export async function* told<Piece>(stream: AsyncIterable<Piece>): AsyncGenerator<Piece, void, undefined> {
  try {
    yield* stream;
  } catch (error) {
    throw contractError(error);
  }
}

function contractError(error: unknown): unknown {
  if (error instanceof ORPCError) return error;
  if (error instanceof LabFileError) {
    const { file, problems } = error;
    return new ORPCError('LAB_FILE', { status: 422, message: error.message, data: { file, problems } });
  }
  if (error instanceof TargetError) {
    return new ORPCError('TARGET', { status: 422, message: error.message, data: error.text });
  }
  const data = explanationOf(error);
  return new ORPCError('FAILED', { status: 422, message: data.title.en, data, cause: error });
}
