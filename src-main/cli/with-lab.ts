import { Engine, type EngineOptions } from '../engine/engine.ts';
import { hoplabHome } from '../engine/home.ts';
import { prepareHome } from '../engine/prepare-home.ts';
import type { OpenLab } from '../engine/open-lab.ts';
import { QuestionLeft, Questions } from './prompt.ts';
import type { Settings } from './command-settings.ts';
import { terminalPrompts } from './terminal-prompts.ts';

interface LabOptions {
  /** The recording to open; absent: the one that ships with Hoplab, where it was left. */
  readonly recording?: EngineOptions['recording'];
  /** The machines are not needed: only what was kept of the lab. */
  readonly keptOnly?: boolean;
}

/** A command keeps its lab open until it ends, however long it waits for an answer. Milliseconds: the longest that timers take. */
const LINGER = 2 ** 31 - 1;

/**
 * Opens the lab that a command works on, by an engine that asks in the terminal, and closes it after `work`, which returns the exit
 * code. What is wrong with the lab file, its bundle or Hoplab's folder is told before anything is touched.
 * @param work its second parameter is aborted at Ctrl-C at a question; it may abort it as well, which takes open questions back
 * @throws LabFileError, BundleError, Refused, RecordingUnusable, QuestionLeft
 */
export async function withLab(
  settings: Settings,
  work: (lab: OpenLab, stop: AbortController) => Promise<number>,
  { recording, keptOnly = false }: LabOptions = {},
): Promise<number> {
  const stop = new AbortController();
  const questions = new Questions(stop);
  const { terminal, acceptNew, speed = 1 } = settings;
  const engine = new Engine({
    home: hoplabHome(),
    door: 'cli',
    prompts: terminalPrompts(settings, questions),
    redactor: terminal.redactor,
    acceptNew,
    linger: LINGER,
    ...(recording && { recording }),
  });
  try {
    const file = settings.recording ? undefined : settings.file;
    const lab = await engine.openForCommand(file, speed, keptOnly ? 'later' : 'now');
    if (file !== undefined && !keptOnly) prepareHome(hoplabHome());
    const code = await work(lab, stop);
    return questions.left ? 130 : code;
  } catch (error) {
    // a question that was left makes connections fail; what is told is the former
    throw questions.left ? new QuestionLeft('client', 'A question was left with Ctrl-C.') : error;
  } finally {
    await engine.close();
  }
}
