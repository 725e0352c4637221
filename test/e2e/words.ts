/** Words of the window in the language of a test. */
export const words = {
  en: {
    all: 'Roll out all',
    recording: /recorded on/,
    done: /15 of 15 done/,
    log: 'Run log',
    undo: 'Undo',
    paths: 'Paths',
  },
  ja: {
    all: 'すべて展開',
    recording: /記録した/,
    done: /15\/15 完了/,
    log: '実行ログ',
    undo: '元に戻す',
    paths: 'パス',
  },
} as const;
