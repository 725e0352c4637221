import type { Command, Option } from 'commander';
import { stages } from '../../stages/index.ts';

/** What a value is completed with: these words, files, or nothing. */
export type Values = readonly string[] | 'files' | undefined;

export interface CompletedOption {
  /** `-f`, `--file` */
  readonly flags: readonly string[];
  readonly description: string;
  /** Whether it takes a value. */
  readonly valued: boolean;
  readonly values: Values;
}

/** What may stand after a command. */
export interface CommandWords {
  /** The command's words: `''` for hoplab itself, `bundle create`. */
  readonly route: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  /** Its own, and those of all commands. */
  readonly options: readonly CompletedOption[];
  /** Of its arguments. */
  readonly values: Values;
}

/** Every command of the command line, from commander's own tree. */
export function commandWords(cli: Command): readonly CommandWords[] {
  const general = [...cli.options.map(completed), HELP];
  const walk = (command: Command, route: string): CommandWords[] => [
    {
      route,
      commands: command.commands.map((one) => ({ name: one.name(), description: one.description() })),
      options: [...(command === cli ? [] : command.options.map(completed)), ...general],
      values: command === cli ? undefined : valuesOf(command),
    },
    ...command.commands.flatMap((one) => walk(one, [route, one.name()].filter(Boolean).join(' '))),
  ];
  return walk(cli, '');
}

const HELP: CompletedOption = { flags: ['-h', '--help'], description: '', valued: false, values: undefined };

function completed({ short, long, description, required, optional, argChoices, flags }: Option): CompletedOption {
  const valued = required || optional;
  const placeholder = /[<[]([^<>[\]]+)[>\]]/.exec(flags)?.[1];
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    valued,
    values: argChoices ?? (placeholder === undefined ? undefined : named(placeholder)),
  };
}

function valuesOf({ registeredArguments: [first] }: Command): Values {
  if (first?.name() === 'path') return undefined; // an id
  return first?.argChoices ?? (first && named(first.name()));
}

/** By what a placeholder is called. */
function named(placeholder: string): Values {
  if (placeholder === 'stage') return stages.map(({ id }) => id);
  return /^(?:lab file|file|bundle|path)$/.test(placeholder) ? 'files' : undefined;
}
