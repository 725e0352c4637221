import type { Path } from '../contract/path.ts';
import type { StageContext } from '../stages/stage.ts';
import { buildPath } from './build-path.ts';
import { readKnown, type Known } from './known.ts';
import { observe } from './observe/observe.ts';
import { parseTarget } from './target.ts';

export interface TraceOptions {
  /** From facts alone: no request is made. */
  readonly predictOnly: boolean;
  /** When the machines were recorded; undefined: they are real. */
  readonly recorded: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Paths of a target: as many as requests are asked for, one after the other. The facts are read once. A recording, and a
 * target that does not start at the client, have one path, which is predicted. @throws TargetError, MachineError
 */
export async function* trace(
  context: StageContext,
  text: string,
  count: number,
  { predictOnly, recorded, signal }: TraceOptions,
): AsyncGenerator<Path> {
  const known = await readKnown(context, parseTarget(text, context.lab.dns.nodePort), signal);
  const time = () => new Date().toISOString();
  if (predictOnly || recorded !== undefined || !startsAtClient(known)) {
    const limits = recorded === undefined ? [] : [RECORDED];
    const path = buildPath(known);
    yield { ...path, limits: [...limits, ...path.limits], time: time(), ...(recorded !== undefined && { recorded }) };
    return;
  }
  for (let index = 0; index < count; index += 1) {
    yield { ...(await observe(context, known, signal)), time: time() };
  }
}

const RECORDED = {
  en: 'The machines are those of a recording: nothing can be sent, and what was not recorded is not known.',
  ja: 'マシンは記録である。リクエストは送れず、記録されていないことは分からない。',
};

function startsAtClient({ target }: Known): boolean {
  return target.kind === 'dns' || (target.from === undefined && target.to.kind === 'host');
}
