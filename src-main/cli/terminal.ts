import { randomBytes } from 'node:crypto';
import pc from 'picocolors';
import { shown, shownJson } from '../contract/shown.ts';
import { Redactor } from '../rollout/redactor.ts';

/** Marks our own styles in a text, so that no machine can: what it says is shown without its control characters. */
const MARK = `\u{10fffe}${randomBytes(8).toString('hex')}`;

const style =
  (open: number, close: number) =>
  (text: string): string =>
    pc.isColorSupported ? `${MARK}[${open}m${text}${MARK}[${close}m` : text;

/** Styles of pieces of a text for the terminal. */
export const paint = {
  bold: style(1, 22),
  dim: style(2, 22),
  italic: style(3, 23),
  red: style(31, 39),
  green: style(32, 39),
  yellow: style(33, 39),
  magenta: style(35, 39),
  cyan: style(36, 39),
} as const;

/** The only way to the user's terminal: without secrets, and without what it would obey. */
export class Terminal {
  /** Is told every secret of the command that runs. */
  readonly redactor = new Redactor();

  /** Writes a line to standard output. */
  print(text: string): void {
    process.stdout.write(`${this.readable(text)}\n`);
  }

  /** Writes a line to standard error. */
  complain(text: string): void {
    process.stderr.write(`${this.readable(text)}\n`);
  }

  /** Writes a value as one line of JSON to standard output. */
  printJson(value: unknown): void {
    process.stdout.write(`${this.#json(value)}\n`);
  }

  /** Writes a value as one line of JSON to standard error. */
  complainJson(value: unknown): void {
    process.stderr.write(`${this.#json(value)}\n`);
  }

  /** A text as it may be shown, with its styles. */
  readable(text: string): string {
    const [first = '', ...rest] = this.redactor.text(text).split(MARK);
    return (
      shown(first) +
      rest
        .map((piece) => `\u001b${piece.slice(0, piece.indexOf('m') + 1)}${shown(piece.slice(piece.indexOf('m') + 1))}`)
        .join('')
    );
  }

  #json(value: unknown): string {
    return shownJson(this.redactor.value(value));
  }
}
