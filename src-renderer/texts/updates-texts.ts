import type { Text } from '../../src-main/contract/text.ts';

/** New versions of Hoplab. */
export const updatesTexts = {
  title: { en: 'New versions', ja: '新しいバージョン' },
  look: { en: 'Look for new versions', ja: '新しいバージョンを調べる' },
  hint: (host: string, page: string): Text => ({
    en: `Once a day, asks ${host} for the releases of ${page}. Nothing is sent but that request, and nothing is downloaded or installed.`,
    ja: `1 日に 1 回、${page} のリリースを ${host} に問い合わせます。送るのはそのリクエストだけで、ダウンロードもインストールも行いません。`,
  }),
  noHome: {
    en: 'This Hoplab is not a released build, so it does not know where to look. Check where you got it.',
    ja: 'この Hoplab はリリースされたものではなく、問い合わせ先がありません。入手元を確かめてください。',
  },
  looking: { en: 'Looking…', ja: '調べています…' },
  never: { en: 'Not looked yet.', ja: 'まだ調べていません。' },
  current: (time: string, version: string): Text => ({
    en: `Last looked ${time}: ${version} is the newest version.`,
    ja: `最後に調べた日時: ${time}。${version} が最新です。`,
  }),
  failed: (time: string, reason: Text): Text => ({
    en: `Last looked ${time}: the releases could not be read: ${reason.en}. Hoplab tries again in a day.`,
    ja: `最後に調べた日時: ${time}。リリースを読み取れません: ${reason.ja}。1 日後にもう一度調べます。`,
  }),
  available: (version: string): Text => ({
    en: `Hoplab ${version} is available.`,
    ja: `Hoplab ${version} があります。`,
  }),
  notes: { en: 'Release notes', ja: 'リリースノート' },
  lookNow: { en: 'Look now', ja: '今すぐ調べる' },
  dismiss: (version: string): Text => ({
    en: `Do not show ${version} again`,
    ja: `${version} を今後表示しない`,
  }),
} as const;
