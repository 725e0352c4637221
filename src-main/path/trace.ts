import type { Path } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { StageContext } from '../stages/stage.ts';
import { buildPath } from './build-path.ts';
import { readKnown, type Known } from './known.ts';
import { observe } from './observe/observe.ts';
import { parseTarget, type Target } from './target.ts';

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
  const target = parseTarget(text, context.lab.dns.nodePort);
  const known = await readKnown(context, target, signal);
  const notes = passedOver(target);
  const time = () => new Date().toISOString();
  if (predictOnly || recorded !== undefined || !startsAtClient(known)) {
    const limits = [...(recorded === undefined ? [] : [RECORDED]), ...notes];
    const path = buildPath(known);
    yield { ...path, limits: [...limits, ...path.limits], time: time(), ...(recorded !== undefined && { recorded }) };
    return;
  }
  for (let index = 0; index < count; index += 1) {
    const path = await observe(context, known, signal);
    yield { ...path, limits: [...notes, ...path.limits], time: time() };
  }
}

/** What a command line of curl asked for besides the request. */
function passedOver(target: Target): readonly Text[] {
  const options = target.kind === 'http' ? target.words.passedOver.join(', ') : '';
  if (options === '') return [];
  return [
    {
      en: `${options} of curl is passed over: a path is that of one HTTP/1.1 request, and redirects are not followed. Trace the address that the answer names.`,
      ja: `curl の ${options} は使わない。経路は HTTP/1.1 のリクエスト 1 つのもので、リダイレクトはたどらない。応答が示すアドレスを改めてトレースすること。`,
    },
  ];
}

const RECORDED = {
  en: 'The machines are those of a recording: nothing can be sent, and what was not recorded is not known.',
  ja: 'マシンは記録である。リクエストは送れず、記録されていないことは分からない。',
};

function startsAtClient({ target }: Known): boolean {
  return target.kind === 'dns' || (target.from === undefined && target.to.kind === 'host');
}
