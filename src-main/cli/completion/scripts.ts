import { quote } from '../../machines/command.ts';
import type { CommandWords, CompletedOption, Values } from './command-words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

/** The script that makes a shell complete `hoplab`. Nothing is run while one completes. */
export function completionScript(shell: ShellName, commands: readonly CommandWords[]): string {
  return { bash, zsh, fish }[shell](commands);
}

/** Also for bash 3.2, which macOS has. Where nothing is offered, readline offers files. */
function bash(commands: readonly CommandWords[]): string {
  const describe = ({ route, commands: own, options, values }: CommandWords): string => {
    const words = [...own.map(({ name }) => name), ...wordsOf(values)];
    const flags = options.flatMap((option) => option.flags);
    return `${pattern(route)}) words=${quote(words.join(' '))} flags=${quote(flags.join(' '))} ;;`;
  };
  return `# hoplab completion bash
_hoplab() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} route= skip= word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
${indented(routeLoop(commands), 4)}
  done
  COMPREPLY=()
  case "$before" in
${lines(
  valueCases(commands, (values) => `COMPREPLY=($(compgen -W ${quote(values.join(' '))} -- "$current"))`),
  4,
)}
  esac
  local words= flags=
  case "$route" in
${lines(commands.map(describe), 4)}
  esac
  if [[ $current == -* ]]; then words=$flags; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _hoplab hoplab`;
}

function zsh(commands: readonly CommandWords[]): string {
  const describe = ({ route, commands: own, options, values }: CommandWords): string => {
    const named = (name: string, text: string) => quote(`${name.replaceAll(':', '\\:')}:${text}`);
    const first = own.map(({ name, description }) => named(name, description));
    const words = wordsOf(values).map((value) => named(value, ''));
    const flags = options.flatMap((option) => option.flags.map((flag) => named(flag, option.description)));
    const more = values === 'files' ? ' files=1' : '';
    return `(${pattern(route)}) items=(${[...first, ...words].join(' ')}) flags=(${flags.join(' ')})${more} ;;`;
  };
  return `#compdef hoplab
# hoplab completion zsh
_hoplab() {
  local before=\${words[CURRENT-1]} route= skip= word index files=
  local -a items flags
  for ((index = 2; index < CURRENT; index++)); do
    word=\${words[index]}
${indented(routeLoop(commands), 4)}
  done
  case "$before" in
${lines(
  valueCases(commands, (values) => `compadd -- ${values.map(quote).join(' ')}`, '_files'),
  4,
)}
  esac
  case "$route" in
${lines(commands.map(describe), 4)}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe -o option flags
  else
    if (( \${#items} )); then _describe hoplab items; fi
    if [[ -n $files ]]; then _files; fi
  fi
}
if [[ \${funcstack[1]} == _hoplab ]]; then _hoplab "$@"; else compdef _hoplab hoplab; fi`;
}

function fish(commands: readonly CommandWords[]): string {
  const [general = { options: [] }] = commands;
  const globals = new Set(general.options.flatMap(({ flags }) => flags));
  const at = ({ route }: CommandWords) => `complete -c hoplab -n ${fishQuote(`__hoplab_at ${fishQuote(route)}`)}`;
  const flagWords = (option: CompletedOption): string =>
    [
      ...option.flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)),
      ...(!option.valued ? [] : option.values === 'files' ? ['-r -F'] : ['-x']),
      ...(wordsOf(option.values).length > 0 ? [`-a ${fishQuote(wordsOf(option.values).join(' '))}`] : []),
      `-d ${fishQuote(option.description)}`,
    ].join(' ');
  const rows = commands.flatMap((command) => [
    ...command.commands.map((one) => `${at(command)} -a ${one.name} -d ${fishQuote(one.description)}`),
    ...(wordsOf(command.values).length > 0
      ? [`${at(command)} -a ${fishQuote(wordsOf(command.values).join(' '))}`]
      : []),
    ...(command.values === 'files' ? [`${at(command)} -F`] : []),
    ...command.options
      .filter(({ flags }) => !flags.some((flag) => globals.has(flag)))
      .map((option) => `${at(command)} ${flagWords(option)}`),
  ]);
  const cases = valued(commands).join(' ');
  const routes = commands.flatMap(({ route }) => (route ? [fishQuote(route)] : [])).join(' ');
  return `# hoplab completion fish
function __hoplab_at
    set -l route
    set -l skip
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip
            continue
        end
        if contains -- $word ${cases}
            set skip 1
        else if contains -- (string join ' ' -- $route $word) ${routes}
            set route $route $word
        end
    end
    test "$route" = "$argv[1]"
end
complete -c hoplab -f
${[...general.options.map((option) => `complete -c hoplab ${flagWords(option)}`), ...rows].join('\n')}`;
}

/** Follows the words before the one that is typed: which command they are, without the values of options. */
function routeLoop(commands: readonly CommandWords[]): string {
  const routes = commands.flatMap(({ route }) => (route ? [pattern(route)] : [])).join(' | ');
  return `if [[ -n $skip ]]; then skip=; continue; fi
case "$word" in
  ${valued(commands).join(' | ')}) skip=1; continue ;;
esac
case "\${route:+$route }$word" in
  ${routes}) route="\${route:+$route }$word" ;;
esac`;
}

/** Options that take a value. */
function valued(commands: readonly CommandWords[]): readonly string[] {
  const all = commands.flatMap(({ options }) => options.filter((option) => option.valued));
  return [...new Set(all.flatMap(({ flags }) => flags))];
}

/** After an option its values come, and nothing else. */
function valueCases(
  commands: readonly CommandWords[],
  offer: (values: readonly string[]) => string,
  files = ':',
): readonly string[] {
  const cases = new Map<string, string>();
  for (const { flags, valued: takes, values } of commands.flatMap(({ options }) => options)) {
    if (takes) cases.set(flags.join(' | '), `${flags.join(' | ')}) ${offered(values, offer, files)}; return ;;`);
  }
  return [...cases.values()];
}

function offered(values: Values, offer: (values: readonly string[]) => string, files: string): string {
  if (values === 'files') return files;
  return values === undefined ? ':' : offer(values);
}

const wordsOf = (values: Values): readonly string[] => (typeof values === 'object' ? values : []);
const pattern = (route: string): string => (/^[a-z-]+$/.test(route) ? route : quote(route) || "''");
const lines = (all: readonly string[], indent: number): string => indented(all.join('\n'), indent);
const indented = (text: string, indent: number): string => text.replace(/^/gm, ' '.repeat(indent));
/** In single quotes fish knows \\ and \' */
const fishQuote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
