import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../set-up/built.ts';
import { allSentences, sentencesOf, type Sentence } from './sentences.ts';

interface Word {
  readonly en: string;
  readonly ja: string;
  readonly not: { readonly en: readonly string[]; readonly ja: readonly string[] };
}

const { words } = JSON.parse(readFileSync(join(root, 'resources', 'glossary.json'), 'utf8')) as {
  words: readonly Word[];
};
const losers = words.flatMap(({ en, ja, not }) => [
  ...not.en.map((loser) => ({ say: en, pattern: new RegExp(`\\b(?:${loser})\\b`, 'i') })),
  ...not.ja.map((loser) => ({ say: ja, pattern: new RegExp(loser) })),
]);

/** `FILE:LINE "loser", say winner` for each. A text of one word is a name, such as `tellsPod`, unless it is Japanese. */
function refused(sentences: readonly Sentence[]): readonly string[] {
  return sentences
    .filter(({ text }) => /\s|[^\p{ASCII}]/u.test(text.trim()))
    .flatMap(({ place, text }) =>
      losers.flatMap(({ say, pattern }) => {
        const found = pattern.exec(text)?.[0];
        return found === undefined ? [] : [`${place} "${found}", say "${say}"`];
      }),
    );
}

test('every text that a user reads keeps to the words of resources/glossary.json', () => {
  const sentences = allSentences();
  expect(sentences.length).toBeGreaterThan(1000);
  expect(refused(sentences)).toEqual([]);
});

const SENTENCE =
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]|>[^<>{}]*[a-z] [a-z][^<>{}]*<|\s(?:title|aria-label|placeholder|alt)="[^"]*[a-z] [a-z]/u;

test('a Vue file has no sentence in its template', () => {
  const lines = globSync('src-renderer/**/*.vue', { cwd: root }).flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .replaceAll(/<!--.*?-->|<script[^>]*>.*?<\/script>/gs, '')
      .split('\n')
      .filter((line) => SENTENCE.test(line.replace('日本語', '')))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(lines).toEqual([]);
});

test('the words that are not said are found in strings, templates, Vue files and documents, and not in names or comments', () => {
  const source = [
    '// Nobody tells.',
    "export const tells = { en: 'NGINX tells it', ja: `この段階${1}の確認` };",
    "export const it = { id: 'told' };",
  ].join('\n');
  expect(refused(sentencesOf('a.ts', source))).toEqual([
    'a.ts:2 "tells", say "report, show"',
    'a.ts:2 "段階", say "ステージ"',
    'a.ts:2 "確認", say "チェック"',
  ]);
  const vue = "<script setup lang='ts'>\nconst told = 'この段階';\n</script>\n<template><p :told='told' /></template>";
  expect(refused(sentencesOf('a.vue', vue))).toEqual(['a.vue:2 "段階", say "ステージ"']);
  expect(refused(sentencesOf('a.md', '\nクラスタ'))).toEqual(['a.md:2 "クラスタ", say "クラスター"']);
});

test('the words that are said are not refused themselves', () => {
  expect(refused(words.flatMap(({ en, ja }) => [en, ja].map((text) => ({ place: 'glossary', text }))))).toEqual([]);
});
