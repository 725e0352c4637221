import type { Language, Text } from '../contract/text.ts';
import type { Terminal } from './terminal.ts';

/** What the user asked for on the command line, for every command. */
export interface Settings {
  readonly terminal: Terminal;
  /** Path of the lab file. */
  readonly file: string;
  readonly language: Language;
  /** Events as JSON lines instead of sentences. */
  readonly json: boolean;
  /** Commands and their output as well. */
  readonly verbose: boolean;
  /** Pin host keys that are not known yet without asking. */
  readonly acceptNew: boolean;
  /** Each stage by itself: nothing is made early. */
  readonly inOrder: boolean;
  /** Work on the recording that ships with Hoplab instead of on a lab file. */
  readonly recording: boolean;
  /** How many times faster than it was the recording is played; Infinity: at once. */
  readonly speed?: number | undefined;
}

/** Wrong input: told in one sentence, exit code 2. */
export class UsageError extends Error {
  readonly text: Text;
  constructor(text: Text) {
    super(text.en);
    this.name = 'UsageError';
    this.text = text;
  }
}

/** The language of the user's terminal, unless `--lang` says another. */
export function terminalLanguage(): Language {
  const locale = process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '';
  return locale.startsWith('ja') ? 'ja' : 'en';
}

/** The language of help and of errors, which may come before the arguments are parsed: what `--lang` says, else the terminal's. */
export function askedLanguage(argv: readonly string[]): Language {
  const asked = /(?:^|\s)--lang[\s=](en|ja)(?:\s|$)/.exec(argv.join(' '))?.[1];
  return asked === 'en' || asked === 'ja' ? asked : terminalLanguage();
}
