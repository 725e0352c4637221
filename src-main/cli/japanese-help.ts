import { Help, type HelpConfiguration } from 'commander';
import { wrapped } from '../path-export/wrapped.ts';

const titles: Readonly<Record<string, string>> = {
  'Usage:': '使い方:',
  'Arguments:': '引数:',
  'Options:': 'オプション:',
  'Commands:': 'コマンド:',
};

const help = new Help();

/** The frame of a help, which commander knows in English alone. */
export const japaneseHelp: HelpConfiguration = {
  styleTitle: (title) => titles[title] ?? title,
  optionDescription: (option) => inJapanese(help.optionDescription(option)),
  argumentDescription: (argument) => inJapanese(help.argumentDescription(argument)),
  boxWrap: (text, columns) => wrapped(text, columns / 2).join('\n'), // a Japanese letter takes two
};

function inJapanese(description: string): string {
  return description.replace('choices: ', '選択肢: ').replace('default: ', '既定値: ');
}

/** What commander says of wrong arguments. */
const errors: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown option '(.+)'/, 'エラー: $1 というオプションはありません。'],
  [/^error: missing required argument '(.+)'/, 'エラー: 引数 $1 がありません。'],
  [/^error: option '(.+)' argument missing/, 'エラー: オプション $1 に値がありません。'],
  [/^error: option '(.+)' argument '(.*)' is invalid\./, 'エラー: オプション $1 に値 $2 は使えません。'],
  [/ Allowed choices are (.+)\./, '選択肢: $1'],
  [/ A whole number from (\d+) to (\d+) is needed\./, '$1 から $2 までの整数を指定してください。'],
  [
    /^error: too many arguments(?: for '.+')?\. Expected (\d+) arguments? but got (\d+)\./,
    'エラー: 引数が多すぎます。$1 個までのところ、$2 個あります。',
  ],
  [/\(Did you mean (?:one of )?(.+)\?\)/, '(もしかして: $1)'],
];

export function japaneseError(text: string): string {
  return errors.reduce((said, [pattern, japanese]) => said.replace(pattern, japanese), text);
}
