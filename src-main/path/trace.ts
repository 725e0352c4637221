import type { Path } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { buildPath } from './build-path.ts';
import { readKnown, type Known } from './known.ts';
import { newMark, observe, type RequestMark } from './observe/observe.ts';
import { isSameRequest, parseTarget, type Target } from './target.ts';

/** What a recording has of requests. */
interface RecordedRequests {
  /** When it was made: ISO 8601. */
  readonly recorded: string;
  /** Those that were made in the state that it is in. */
  readonly requests: () => readonly (RequestMark & { readonly target: string })[];
  /** What was broken then; undefined: nothing was. */
  readonly situation?: Text;
}

export interface TraceOptions {
  /** From facts alone: no request is made. */
  readonly predictOnly: boolean;
  /** Set when the machines are those of a recording. */
  readonly recording: RecordedRequests | undefined;
  readonly signal: AbortSignal;
  /** Called with what each request is known by, before it is made. */
  readonly made?: (mark: RequestMark) => void;
}

/**
 * Paths of a target: as many as requests are asked for, one after the other. The facts are read once. On a recording the
 * requests are those that were made in its state when it was made; where none was, and for a target that does not start at the
 * client, there is one path, which is predicted. @throws TargetError, MachineError
 */
export async function* trace(
  context: LabContext,
  text: string,
  count: number,
  { predictOnly, recording, signal, made }: TraceOptions,
): AsyncGenerator<Path> {
  const target = parseTarget(text, context.lab.dns.nodePort);
  const known = await readKnown(context, target, signal);
  const notes = [...passedOver(target), ...(recording?.situation ? [brokenThen(recording.situation)] : [])];
  const time = () => new Date().toISOString();
  const recorded = recording && { recorded: recording.recorded };
  const marks = recording ? recordedMarks(recording, context, target) : Array.from({ length: count }, newMark);
  if (predictOnly || marks.length === 0 || !startsAtClient(known)) {
    const played = recording ? [marks.length === 0 ? NOT_MADE : RECORDED] : [];
    const path = buildPath(known);
    yield { ...path, notes: [...played, ...notes, ...path.notes], time: time(), ...recorded };
    return;
  }
  for (const mark of marks.slice(0, count)) {
    made?.(mark);
    const path = await observe(context, known, mark, signal);
    yield { ...path, notes: [...notes, ...path.notes], time: time(), ...recorded };
  }
}

/** The requests of this target that the recording has in its state. */
function recordedMarks({ requests }: RecordedRequests, { lab }: LabContext, target: Target): readonly RequestMark[] {
  return requests().filter((request) => isSameRequest(parseTarget(request.target, lab.dns.nodePort), target));
}

/** What a command line of curl asked for besides the request. */
function passedOver(target: Target): readonly Text[] {
  const options = target.kind === 'http' ? target.words.passedOver.join(', ') : '';
  if (options === '') return [];
  return [
    {
      en: `curl's ${options} is ignored: a path is one HTTP/1.1 request, and redirects are not followed. Trace the redirect's address instead.`,
      ja: `curl の ${options} は使わない。パスは HTTP/1.1 のリクエスト 1 つのもので、リダイレクトはたどらない。リダイレクト先を改めて追跡すること。`,
    },
  ];
}

function brokenThen({ en, ja }: Text): Text {
  return { en: `While this was recorded: ${en}.`, ja: `記録したときの状態: ${ja}。` };
}

const RECORDED = {
  en: 'Played from a recording: what was not recorded is unknown.',
  ja: '記録の再生である。記録されていないことは分からない。',
};

const NOT_MADE = {
  en: 'Played from a recording in which this request was not made: its path is predicted, and what was not recorded is unknown.',
  ja: '記録の再生であり、記録したときにこのリクエストは送られていない。パスは予測であり、記録されていないことは分からない。',
};

function startsAtClient({ target }: Known): boolean {
  return target.kind === 'dns' || (target.from === undefined && target.to.kind === 'host');
}
