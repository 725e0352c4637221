import type { Text } from '../../src-main/contract/text.ts';

/** The command `hoplab` for terminals. */
export const launcherTexts = {
  title: { en: 'Command line', ja: 'コマンドライン' },
  looking: { en: 'Looking for the command…', ja: 'コマンドを調べています…' },
  absent: (path: string, administrator: boolean): Text => ({
    en: `\`hoplab\` in the terminal: not installed. It would be ${path}.${administrator ? ' macOS asks for an administrator.' : ''}`,
    ja: `ターミナルの \`hoplab\`: インストールしていません。インストール先は ${path} です。${administrator ? 'macOS が管理者のパスワードを尋ねます。' : ''}`,
  }),
  installed: (path: string): Text => ({
    en: `\`hoplab\` in the terminal: installed at ${path}.`,
    ja: `ターミナルの \`hoplab\`: ${path} にインストール済みです。`,
  }),
  provided: (path: string): Text => ({
    en: `\`hoplab\` in the terminal: ${path}, installed and removed with Hoplab's package.`,
    ja: `ターミナルの \`hoplab\`: ${path}。Hoplab のパッケージと一緒にインストール・削除されます。`,
  }),
  outdated: (path: string, starts: string): Text => ({
    en: `\`hoplab\` in the terminal: ${path} starts another Hoplab, ${starts}.`,
    ja: `ターミナルの \`hoplab\`: ${path} は別の Hoplab (${starts}) を起動します。`,
  }),
  foreign: (path: string, what: Text): Text => ({
    en: `\`hoplab\` in the terminal: ${path} is not Hoplab's (${what.en}), so Hoplab leaves it alone. Move or rename it to install the command.`,
    ja: `ターミナルの \`hoplab\`: ${path} は Hoplab のものではない (${what.ja}) ため、手を付けません。コマンドをインストールするには、移動するか名前を変えてください。`,
  }),
  unknown: (path: string, reason: string): Text => ({
    en: `\`hoplab\` in the terminal: unknown, for ${path} cannot be read (${reason}). Fix its permissions.`,
    ja: `ターミナルの \`hoplab\`: ${path} を読み取れないため不明です (${reason})。権限を直してください。`,
  }),
  unavailable: (reason: Text): Text => ({
    en: `\`hoplab\` in the terminal: not available here. ${reason.en}`,
    ja: `ターミナルの \`hoplab\`: ここからはインストールできません。${reason.ja}`,
  }),
  notInPath: (folder: string, shell: string): Text => ({
    en: `${folder} is not in the PATH of ${shell}. Run this line once, and open a new terminal:`,
    ja: `${folder} は ${shell} の PATH に入っていません。次の行を一度実行し、新しいターミナルを開いてください:`,
  }),
  otherFirst: (other: string, shell: string): Text => ({
    en: `${shell} finds another one first: ${other}. Remove it, or change the order of PATH.`,
    ja: `${shell} は先に別の ${other} を見つけます。それを削除するか、PATH の順を変えてください。`,
  }),
  shellUnknown: {
    en: 'The PATH of your shell could not be read, so it is unknown whether a terminal finds the command.',
    ja: 'シェルの PATH を読み取れなかったため、ターミナルがコマンドを見つけるかは不明です。',
  },
  install: { en: 'Install the command', ja: 'コマンドをインストール' },
  installAgain: { en: 'Install again', ja: 'もう一度インストール' },
  remove: { en: 'Remove the command', ja: 'コマンドを削除' },
} as const;
