import type { ErrorCode } from 'yaml';
import type { Text } from '../contract/text.ts';

interface Said {
  readonly text: Text;
  readonly remedy: Text;
}

const indent: Said = {
  text: {
    en: 'This line is not indented like the lines it belongs with.',
    ja: 'この行の字下げが、同じ階層の行とそろっていません。',
  },
  remedy: {
    en: 'Indent the keys of one mapping by the same number of spaces, and close every { and [.',
    ja: '同じ階層のキーは同じ数の空白で字下げし、{ と [ は必ず閉じてください。',
  },
};
const mistake: Said = {
  text: { en: 'The YAML cannot be read from here on.', ja: 'ここから先を YAML として読み取れません。' },
  remedy: {
    en: 'Write one "key: value" a line, and put values with special characters into quotes.',
    ja: '1 行に 1 つの「キー: 値」を書き、記号を含む値は引用符で囲んでください。',
  },
};
const unclosed: Said = {
  text: {
    en: 'Something is missing here: a quote, bracket, comma or colon.',
    ja: 'ここで引用符、括弧、カンマ、コロンのいずれかが足りません。',
  },
  remedy: {
    en: 'Close what was opened before this place.',
    ja: 'この位置より前で開いた引用符や括弧を閉じてください。',
  },
};
const scalarStart: Said = {
  text: { en: 'A plain value cannot begin with this character.', ja: 'この文字で始まる値はそのまま書けません。' },
  remedy: { en: 'Put the value into quotes.', ja: '値を引用符で囲んでください。' },
};
const decoration: Said = {
  text: {
    en: 'A lab file has no YAML tags or directives (!name, %NAME).',
    ja: 'ラボファイルでは YAML のタグやディレクティブ (!name、%NAME) を使えません。',
  },
  remedy: {
    en: 'Remove it, or put the value into quotes.',
    ja: '取り除くか、値を引用符で囲んでください。',
  },
};
const badKey: Said = {
  text: { en: 'This cannot be a key.', ja: 'これはキーにできません。' },
  remedy: {
    en: 'Write a short word as the key, followed by a colon.',
    ja: '短い単語をキーとし、その後にコロンを書いてください。',
  },
};
const alias: Said = {
  text: {
    en: 'This alias names an anchor (&name) that does not come before it.',
    ja: 'このエイリアスに対応するアンカー (&name) が、これより前にありません。',
  },
  remedy: {
    en: 'Write the value itself, or define the anchor above.',
    ja: '値をそのまま書くか、アンカーを上で定義してください。',
  },
};
const circular: Said = {
  text: {
    en: 'This alias stands within the anchor that it names, so it would contain itself.',
    ja: 'このエイリアスは、自分が指すアンカーの中にあります。',
  },
  remedy: { en: 'Write the value itself.', ja: '値をそのまま書いてください。' },
};
const noMerge: Said = {
  text: {
    en: 'Only mappings can be merged with <<.',
    ja: '<< で取り込めるのは「キー: 値」のまとまりだけです。',
  },
  remedy: {
    en: 'Write <<: *NAME, where &NAME stands before a mapping.',
    ja: '<<: *名前 と書き、&名前 を「キー: 値」のまとまりに付けてください。',
  },
};
const tab: Said = {
  text: {
    en: 'This line is indented with a tab, which YAML does not allow.',
    ja: 'この行はタブで字下げされていますが、YAML では使えません。',
  },
  remedy: { en: 'Indent with spaces.', ja: '空白で字下げしてください。' },
};

const byCode: Partial<Record<ErrorCode, Said>> = {
  ALIAS_PROPS: alias,
  BAD_ALIAS: alias,
  BAD_DIRECTIVE: decoration,
  BAD_INDENT: indent,
  BAD_SCALAR_START: scalarStart,
  BAD_DQ_ESCAPE: {
    text: { en: 'YAML does not know this backslash escape.', ja: 'YAML にないバックスラッシュのエスケープです。' },
    remedy: {
      en: 'Use single quotes, or write \\\\ for a backslash.',
      ja: '単一引用符を使うか、バックスラッシュを \\\\ と書いてください。',
    },
  },
  BLOCK_AS_IMPLICIT_KEY: {
    text: { en: 'There are two "key: value" on one line.', ja: '1 行に「キー: 値」が 2 つあります。' },
    remedy: {
      en: 'Break the line, use { key: value }, or put a value that contains ": " into quotes.',
      ja: '行を分けるか、{ キー: 値 } と書くか、「: 」を含む値を引用符で囲んでください。',
    },
  },
  BLOCK_IN_FLOW: unclosed,
  KEY_OVER_1024_CHARS: badKey,
  MISSING_CHAR: unclosed,
  MULTILINE_IMPLICIT_KEY: badKey,
  MULTIPLE_TAGS: decoration,
  NON_STRING_KEY: badKey,
  TAB_AS_INDENT: tab,
  TAG_RESOLVE_FAILED: decoration,
};

/** What an error code of the yaml library means to the person who wrote the file. */
export function yamlText(code: ErrorCode): Said {
  return byCode[code] ?? mistake;
}

export { alias as unresolvedAlias, circular as circularAlias, noMerge };
