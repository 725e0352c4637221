import type { PathFormat } from '../contract/kept-paths.ts';
import type { Path } from '../contract/path.ts';
import { AwayMachine } from '../machines/away-machine.ts';
import { spreadOf } from '../path/spread.ts';
import { TargetError } from '../path/target-error.ts';
import { trace } from '../path/trace.ts';
import { pathText } from '../path-export/export-path.ts';
import { inSituation } from '../rollout/in-situation.ts';
import { Session, type PlayedSituation, type RecordingLabel } from '../rollout/session.ts';
import { recordingLine } from './human-output.ts';
import { Questions } from './prompt.ts';
import { UsageError, type Settings } from './settings.ts';
import { pathLines, spreadLines } from './tell-path.ts';
import { openLab } from './tell-rollout.ts';
import { untilSignal } from './until-signal.ts';

export interface TraceFlags {
  readonly count: number;
  readonly predict?: boolean;
  /** Each path as a text for a document, in place of what is told on the terminal. */
  readonly format?: PathFormat;
  /** Of the recording: the id of what was broken then. */
  readonly situation?: string;
}

/** Shows the path of one request, or of several and how they spread. Returns 0 when each was answered, else 1. */
export async function traceCommand(settings: Settings, given: string | undefined, flags: TraceFlags): Promise<number> {
  const stop = new AbortController();
  const questions = new Questions(stop);
  const access = await openLab(settings, questions);
  const { recording } = access;
  const situation = situationOf(recording, flags.situation);
  const target = given ?? situation?.target;
  if (target === undefined) throw new UsageError(NO_TARGET);
  if (recording && !settings.json && flags.format === undefined)
    settings.terminal.print(`${recordingLine(recording, settings.language)}\n`);
  const release = untilSignal(stop);
  const session = await Session.open(access, stop.signal, {
    whenAway: (machine, failure) => new AwayMachine(machine, failure), // it may be why nothing answers
  });
  const paths: Path[] = [];
  try {
    const played = inSituation(session.context, recording, situation);
    const options = { predictOnly: flags.predict ?? false, recording: played.recording, signal: stop.signal };
    for await (const path of trace(played.context, target, flags.count, options)) {
      paths.push(path);
      tell(path, settings, flags.format);
    }
    if (flags.format === undefined) tellSpread(settings, paths);
  } catch (error) {
    throw error instanceof TargetError ? new UsageError(error.text) : error;
  } finally {
    release();
    await session.close();
  }
  return paths.every(({ end }) => end.status === 'answered') ? 0 : 1;
}

/** @throws UsageError for one that was not recorded */
function situationOf(recording: RecordingLabel | undefined, id: string | undefined): PlayedSituation | undefined {
  if (id === undefined) return undefined;
  const found = recording?.situations.find((situation) => situation.id === id);
  if (found) return found;
  const known = recording?.situations.map((situation) => situation.id).join(', ') ?? '';
  throw new UsageError(
    recording
      ? {
          en: `The recording has no situation ${id}. It has: ${known}.`,
          ja: `記録に ${id} という状態はありません。あるもの: ${known}`,
        }
      : {
          en: '--situation is for the recording: add --recording.',
          ja: '--situation は記録のためのものです。--recording を付けてください。',
        },
  );
}

const NO_TARGET = {
  en: 'trace needs a target, for example http://HOST/. `hoplab help trace` lists what it can be.',
  ja: 'trace には対象が必要です (例: http://HOST/)。`hoplab help trace` で一覧を表示します。',
};

function tell(path: Path, settings: Settings, format: PathFormat | undefined): void {
  const { terminal, json, language } = settings;
  if (format !== undefined) terminal.print(pathText(path, format, language).trimEnd());
  else if (json) terminal.printJson(path);
  else terminal.print(pathLines(path, settings).join('\n'));
}

function tellSpread(settings: Settings, paths: readonly Path[]): void {
  if (paths.length < 2) return;
  const spread = spreadOf(paths);
  if (settings.json) settings.terminal.printJson(spread);
  else settings.terminal.print(spreadLines(spread, settings).join('\n'));
}
