import type { Read } from '../../../src-main/facts/reading.ts';
import type { ShellCommand } from '../../../src-main/machines/command.ts';

/** What a machine answered to a command, and what it means. */
export function readingOf<Value>(machine: string, command: string, text: string, value: Value): Read<Value> {
  const output = { stdout: text, stderr: '', exitCode: 0, duration: 1, at: 0 };
  const asked = { machine, command: command as ShellCommand, sudo: false, duration: 1, at: 0, leanedOn: [] };
  return { ...asked, output, text, value };
}
