/** Words of the window in the language of a test. */
export const words = {
  en: {
    all: 'Roll out all',
    recording: /recorded on/,
    done: /17 of 17 done/,
    log: 'Run log',
    undo: 'Undo',
    paths: 'Paths',
  },
  ja: {
    all: 'すべて展開',
    recording: /記録した/,
    done: /17\/17 完了/,
    log: '実行ログ',
    undo: '元に戻す',
    paths: 'パス',
  },
} as const;
