import { Argument, type Command } from 'commander';
import type { Parts } from '../command-parts.ts';
import { helpTexts } from '../help-texts.ts';
import { commandWords } from './command-words.ts';
import { completionScript, SHELLS, type ShellName } from './scripts.ts';

/** `hoplab completion SHELL`: last, because it lists all others. */
export function defineCompletion(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('completion')
    .addArgument(new Argument('<shell>', say(helpTexts.shell)).choices(SHELLS))
    .description(say(helpTexts.completion))
    .action((shell: ShellName) =>
      run(async () => {
        settings().terminal.print(completionScript(shell, commandWords(cli)));
        return 0;
      })(),
    );
}
