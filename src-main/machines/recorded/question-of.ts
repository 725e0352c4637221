import type { ShellCommand } from '../command.ts';
import type { RunOptions } from '../machine.ts';
import type { RecordedQuestion } from './recording.ts';

/** What a command that only reads asks. A stream that it reads is no part of the question: it only says when to end. */
export function questionOf(
  machine: string,
  command: ShellCommand,
  { sudo = false, input }: Pick<RunOptions, 'sudo' | 'input'>,
): RecordedQuestion {
  const text = typeof input === 'string' ? input : input instanceof Uint8Array ? Buffer.from(input).toString() : '';
  return { machine, sudo, command, ...(text !== '' && { input: text }) };
}
