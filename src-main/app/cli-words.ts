/**
 * What follows `--cli --` on the app's command line: words for `hoplab`, of which Electron takes none (Chromium ends its switches
 * at `--`). Undefined: the window is meant.
 */
export function cliWords(argv: readonly string[]): readonly string[] | undefined {
  const at = argv.indexOf('--');
  return at > 0 && argv[at - 1] === '--cli' ? argv.slice(at + 1) : undefined;
}
