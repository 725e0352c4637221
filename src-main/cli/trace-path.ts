import type { OpenedPath, PathFormat } from '../contract/kept-paths.ts';
import type { Path } from '../contract/path.ts';
import { hoplabHome } from '../engine/home.ts';
import { prepareHome } from '../engine/prepare-home.ts';
import { TargetError } from '../path/target-error.ts';
import { pathText } from '../path-export/export-path.ts';
import type { PlayedSituation, RecordingLabel } from '../rollout/session.ts';
import { recordingLine } from './human-output.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { pathLines, spreadLines } from './tell-path.ts';
import { untilSignal } from './until-signal.ts';
import { withLab } from './with-lab.ts';

export interface TraceFlags {
  readonly count: number;
  readonly predict?: boolean;
  /** Each path as a text for a document, in place of what is told on the terminal. */
  readonly format?: PathFormat;
  /** Of the recording: the id of what was broken then. */
  readonly situation?: string;
}

/** Shows the path of one request, or of several and how they spread, and keeps them. Returns 0 when each was answered, else 1. */
export function traceCommand(settings: Settings, given: string | undefined, flags: TraceFlags): Promise<number> {
  const { count, predict = false, format } = flags;
  return withLab(settings, async (lab, stop) => {
    const { recording, paths: folder } = lab.parts;
    const situation = situationOf(recording, flags.situation);
    const target = given ?? situation?.target;
    if (target === undefined) throw new UsageError(NO_TARGET);
    prepareHome(hoplabHome(), folder);
    if (recording && !settings.json && format === undefined)
      settings.terminal.print(`${recordingLine(recording, settings.language)}\n`);
    const release = untilSignal(stop);
    const asked = { target, count, predictOnly: predict, situation: situation?.id };
    const followed: OpenedPath[] = [];
    try {
      for await (const opened of lab.paths.trace(asked, stop.signal)) {
        followed.push(opened);
        tellPath(opened.path, settings, format);
      }
      if (format === undefined) tellSpread(settings, followed);
    } catch (error) {
      throw error instanceof TargetError ? new UsageError(error.text) : error;
    } finally {
      release();
    }
    return followed.every(({ path }) => path.end.status === 'answered') ? 0 : 1;
  });
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

/** A path for a person, for a program or, with a format, for a document. */
export function tellPath(path: Path, settings: Settings, format: PathFormat | undefined): void {
  const { terminal, json, language } = settings;
  if (format !== undefined) terminal.print(pathText(path, format, language).trimEnd());
  else if (json) terminal.printJson(path);
  else terminal.print(pathLines(path, settings).join('\n'));
}

function tellSpread(settings: Settings, followed: readonly OpenedPath[]): void {
  const spread = followed.at(-1)?.spread;
  if (followed.length < 2 || !spread) return;
  if (settings.json) settings.terminal.printJson(spread);
  else settings.terminal.print(spreadLines(spread, settings).join('\n'));
}
