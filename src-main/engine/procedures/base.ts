import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../contract/contract.ts';
import { LabFileError } from '../../lab/lab-file-error.ts';
import { TargetError } from '../../path/target-error.ts';
import type { Redactor } from '../../rollout/redactor.ts';
import type { Engine } from '../engine.ts';
import { explanationOf } from '../refused.ts';

export interface EngineContext {
  readonly engine: Engine;
}

/** The contract, to be implemented; whatever is thrown behind it becomes an error of the contract. */
export const procedures = implement(contract)
  .$context<EngineContext>()
  .use(async ({ context, next }) => {
    try {
      return await next();
    } catch (error) {
      throw contractError(error, context.engine.redactor);
    }
  });

/** Keeps the errors of a stream inside the contract, without secrets. */
export async function* told<Piece>(
  stream: AsyncIterable<Piece>,
  { redactor }: Pick<Engine, 'redactor'>,
): AsyncGenerator<Piece, void, undefined> {
  try {
    yield* stream;
  } catch (error) {
    throw contractError(error, redactor);
  }
}

function contractError(error: unknown, redactor: Redactor): unknown {
  if (error instanceof ORPCError) return error;
  if (error instanceof LabFileError) {
    const { file } = error;
    const problems = redactor.value(error.problems);
    return new ORPCError('LAB_FILE', { status: 422, message: redactor.text(error.message), data: { file, problems } });
  }
  if (error instanceof TargetError) {
    return new ORPCError('TARGET', {
      status: 422,
      message: redactor.text(error.message),
      data: redactor.value(error.text),
    });
  }
  const data = redactor.value(explanationOf(error));
  return new ORPCError('FAILED', { status: 422, message: data.title.en, data, cause: error });
}
