import { sh, type ShellCommand } from '../command.ts';

/** What the prefix says where the user closed the dialog. */
export const DIALOG_CLOSED = 'sudo: the administrator dialog was closed';

/** Arguments: a file for the command's input, the prompt, then the command's words. */
const SCRIPT = [
  'on run argv',
  'set theCommand to ""',
  'repeat with i from 3 to count of argv',
  'set theCommand to theCommand & quoted form of (item i of argv) & " "',
  'end repeat',
  'do shell script theCommand & "< " & quoted form of (item 1 of argv) with prompt (item 2 of argv) with administrator privileges without altering line endings',
  'end run',
].flatMap((line) => ['-e', line]);

/**
 * What comes before a command so that macOS itself asks for an administrator, in its own dialog: Hoplab sees no password. Standard Additions'
 * `do shell script` takes no input, so that it lies in a file of this user's meanwhile; what a command complains of comes back as
 * `execution error: TEXT (EXIT CODE)`, and -128 is the user's Cancel.
 * @param prompt says what for
 */
export function administratorPrefix(prompt: string): ShellCommand {
  return sh`sh -c ${sh`
    umask 077
    input=$(mktemp) || exit 1
    trap 'rm -f "$input" "$input.err"' EXIT
    cat > "$input"
    LC_ALL=en_US.UTF-8 osascript ${SCRIPT} "$input" "$0" "$@" 2> "$input.err" && exit
    if grep -q '(-128)' "$input.err"; then echo ${DIALOG_CLOSED} >&2; exit 1; fi
    cat "$input.err" >&2
    code=$(sed -n 's/.*(\\([0-9][0-9]*\\))$/\\1/p' "$input.err" | tail -n 1)
    exit "\${code:-1}"`} ${prompt}`;
}
