import type { PathFormat } from '../contract/kept-paths.ts';
import type { Path } from '../contract/path.ts';
import { AwayMachine } from '../machines/away-machine.ts';
import { spreadOf } from '../path/spread.ts';
import { TargetError } from '../path/target-error.ts';
import { trace } from '../path/trace.ts';
import { pathText } from '../path-export/export-path.ts';
import { Session } from '../rollout/session.ts';
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
}

/** Shows the path of one request, or of several and how they spread. Returns 0 when each was answered, else 1. */
export async function traceCommand(settings: Settings, target: string, flags: TraceFlags): Promise<number> {
  const stop = new AbortController();
  const questions = new Questions(stop);
  const access = await openLab(settings, questions);
  const { recording } = access;
  if (recording && !settings.json && flags.format === undefined)
    settings.terminal.print(`${recordingLine(recording, settings.language)}\n`);
  const release = untilSignal(stop);
  const session = await Session.open(access, stop.signal, {
    whenAway: (machine, failure) => new AwayMachine(machine, failure), // it may be why nothing answers
  });
  const paths: Path[] = [];
  try {
    const options = {
      predictOnly: flags.predict ?? false,
      recorded: recording?.recorded,
      signal: stop.signal,
    };
    for await (const path of trace(session.context, target, flags.count, options)) {
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
