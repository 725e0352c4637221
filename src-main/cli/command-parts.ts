import type { Command } from 'commander';
import type { Text } from '../contract/text.ts';
import type { Settings } from './command-settings.ts';

/** What the definition of a command works with. */
export interface Parts {
  readonly settings: () => Settings;
  readonly run: (work: () => Promise<number>) => () => Promise<void>;
  /** A text in the user's language. */
  readonly say: (text: Text) => string;
}

/** Whether the user named a lab file. */
export function isFileNamed(cli: Command): boolean {
  return cli.getOptionValueSource('file') !== 'default' || process.env['HOPLAB_FILE'] !== undefined;
}
