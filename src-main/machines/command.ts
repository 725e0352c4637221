/**
 * A POSIX shell command in which every inserted value is quoted. The brand makes the compiler refuse a plain string,
 * so that `sh` is the only way from a value (a lab file's, a user's) to a shell.
 */
export type ShellCommand = string & { readonly __quoted: unique symbol };

/** A value that `sh` may insert: words are quoted, lists become several words, commands are inserted as they are. */
export type ShellValue = string | number | readonly (string | number)[] | Embedded;

interface Embedded {
  readonly embedded: ShellCommand;
}

/** Quotes one word for a POSIX shell. The only quoting function of Hoplab. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot hold a NUL byte');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Builds a command: sh`ip addr show dev ${name}`. The literal parts are trusted, the values are quoted. A script begins on a
 * line of its own; the indent that its lines have in common is not part of it.
 */
export function sh(literals: TemplateStringsArray, ...values: ShellValue[]): ShellCommand {
  const parts = unindented(literals).map(
    (literal, index) => literal + (index < values.length ? inserted(values[index]) : ''),
  );
  return parts.join('') as ShellCommand;
}

function unindented(literals: readonly (string | undefined)[]): readonly string[] {
  const known = literals.map((literal) => {
    if (literal !== undefined) return literal;
    throw new TypeError('a command with an escape that JavaScript does not know: write \\\\');
  });
  if (!known[0]?.startsWith('\n')) return known;
  // a line may begin with a value: then it ends a literal
  const indents = known.flatMap((literal, index) => {
    const text = index < known.length - 1 ? `${literal}.` : literal;
    return text.match(/\n *(?=[^ \n])/g) ?? [];
  });
  const least = Math.min(...indents.map(({ length }) => length - 1));
  const lines = known.map((literal) => literal.replaceAll(`\n${' '.repeat(least)}`, '\n'));
  return [lines[0]?.slice(1) ?? '', ...lines.slice(1)];
}

/** Inserts a command into another one unquoted: sh`if ${embed(test)}; then …`. */
export function embed(command: ShellCommand): Embedded {
  return { embedded: command };
}

/** One command that runs the given ones in order and stops at the first that fails. */
export function all(commands: readonly ShellCommand[]): ShellCommand {
  return commands.join(' && ') as ShellCommand;
}

/** One command that runs `script` in a shell of its own: used to put a whole script behind sudo or env. */
export function inShell(script: ShellCommand): ShellCommand {
  return sh`sh -c ${script}`;
}

function inserted(value: ShellValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return quote(String(value));
  if ('embedded' in value) return value.embedded;
  return value.map((word) => quote(String(word))).join(' ');
}
