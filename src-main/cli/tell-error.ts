import { CommanderError } from 'commander';
import { BundleError } from '../bundle/bundle-error.ts';
import type { Explanation } from '../contract/events.ts';
import type { ErrorLine } from '../contract/lines.ts';
import type { Text } from '../contract/text.ts';
import { NetworkSettingsError } from '../downloads/network-settings.ts';
import { Refused } from '../engine/refused.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { formatProblem } from '../lab/problem.ts';
import { RecordingUnusable } from '../machines/recorded/recording.ts';
import { explain } from '../rollout/explain.ts';
import { isLeft } from './prompt.ts';
import { UsageError, type Settings } from './command-settings.ts';

/** Tells on stderr, as sentences or as JSON lines, why a command ended. Returns its exit code. */
export function tellError(
  error: unknown,
  { terminal, language, json }: Pick<Settings, 'terminal' | 'language' | 'json'>,
): number {
  const tell = (line: ErrorLine) => terminal.complainJson(line);
  const say = (text: string) => terminal.complain(text);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has told it, with the usage
  if (isLeft(error)) return 130;
  if (error instanceof LabFileError) {
    for (const problem of error.problems) {
      const { line, column, path: key, text: title, remedy } = problem;
      const place = { file: error.file, line, column, key };
      if (json) tell({ event: 'error', exitCode: 2, title, remedy, place });
      else say(formatProblem(problem, language, error.file));
    }
    return 2;
  }
  const wrongInput = textOf(error);
  if (wrongInput) {
    if (json) tell({ event: 'error', exitCode: 2, title: wrongInput });
    else say(wrongInput[language]);
    return 2;
  }
  tellExplanation(explain(error), { terminal, language, json });
  return 1;
}

export function tellExplanation(
  explanation: Explanation,
  { terminal, language, json }: Pick<Settings, 'terminal' | 'language' | 'json'>,
): void {
  const { title, detail, remedy } = explanation;
  const line: ErrorLine = { event: 'error', exitCode: 1, ...explanation };
  if (json) terminal.complainJson(line);
  else terminal.complain([title[language], detail, remedy[language]].filter(Boolean).join('\n'));
}

/** The sentence of an error that means wrong input. */
function textOf(error: unknown): Text | undefined {
  const isInput = error instanceof UsageError || error instanceof BundleError || error instanceof NetworkSettingsError;
  if (isInput) return error.text;
  if (error instanceof Refused) {
    const { title, remedy } = error;
    return { en: `${title.en}. ${remedy.en}`, ja: `${title.ja}。${remedy.ja}` };
  }
  return error instanceof RecordingUnusable ? unusable(error) : undefined;
}

function unusable({ file }: RecordingUnusable): Text {
  return {
    en: `${file} is missing or not a recording for this version of Hoplab: check it out again, or make one with \`npm run record\`.`,
    ja: `${file} がないか、このバージョンの Hoplab の記録ではありません。取得し直すか、\`npm run record\` で記録してください。`,
  };
}
