import type { Text } from '../contract/text.ts';

interface Said {
  readonly text: Text;
  readonly remedy: Text;
}

/** More than a hundred times a lab of three machines; beyond it a file is something else. */
export const largestLabFile = 128 * 1024;

const init: Text = {
  en: 'Write one with: hoplab init',
  ja: '「hoplab init」で作成してください。',
};

/** What may be wrong with a lab file as a whole. */
export const fileTexts = {
  missing: { text: { en: 'There is no such file.', ja: 'ファイルがありません。' }, remedy: init },
  notAFile: {
    text: { en: 'This is not a regular file.', ja: '通常のファイルではありません。' },
    remedy: { en: 'Give the path of a lab file.', ja: 'ラボファイルのパスを指定してください。' },
  },
  unreadable: {
    text: { en: 'The file cannot be read.', ja: 'ファイルを読み取れません。' },
    remedy: { en: 'Check its permissions.', ja: 'アクセス権を確かめてください。' },
  },
  notText: {
    text: { en: 'The file is not UTF-8 text.', ja: 'ファイルが UTF-8 のテキストではありません。' },
    remedy: { en: 'Save it as UTF-8.', ja: 'UTF-8 で保存してください。' },
  },
  tooLarge: {
    text: {
      en: `The file is larger than ${largestLabFile / 1024} KiB, too large for a lab file.`,
      ja: `ファイルが ${largestLabFile / 1024} KiB を超えており、ラボファイルとして大きすぎます。`,
    },
    remedy: { en: 'Give the path of a lab file.', ja: 'ラボファイルのパスを指定してください。' },
  },
  empty: { text: { en: 'The file is empty.', ja: 'ファイルが空です。' }, remedy: init },
  notAMapping: {
    text: {
      en: 'A lab file is a mapping of keys (lab, nodes, ssh, …) to values; this is something else.',
      ja: 'ラボファイルはキー (lab、nodes、ssh など) と値の対応で書きますが、そうなっていません。',
    },
    remedy: init,
  },
  tooDeep: {
    text: {
      en: 'The file nests lists and mappings too deeply for a lab file.',
      ja: 'リストやマッピングの入れ子が深すぎます。',
    },
    remedy: {
      en: 'Remove the brackets or indentation that nest here.',
      ja: 'ここで入れ子になっている括弧や字下げを減らしてください。',
    },
  },
  tooManyAliases: {
    text: {
      en: 'The file expands its YAML aliases (*name) too many times.',
      ja: 'YAML のエイリアス (*name) の展開が多すぎます。',
    },
    remedy: { en: 'Write the values themselves.', ja: '値をそのまま書いてください。' },
  },
  severalDocuments: {
    text: {
      en: 'A second YAML document begins here, but a lab file is one.',
      ja: 'ここから 2 つ目の YAML ドキュメントが始まりますが、ラボファイルは 1 つだけです。',
    },
    remedy: { en: 'Keep each lab in a file of its own.', ja: 'ラボごとにファイルを分けてください。' },
  },
} as const satisfies Record<string, Said>;
