/** An open lab: its frame and the rollout that runs. */
export const labTexts = {
  opening: { en: 'Opening the lab…', ja: 'ラボを開いています…' },
  parts: { en: 'Part of the lab', ja: 'ラボの表示部分' },
  resize: { en: 'Change the width', ja: '幅を変える' },
  running: {
    up: { en: 'Rolling out', ja: '展開中' },
    verify: { en: 'Checking', ja: '確認中' },
    undo: { en: 'Undoing', ja: '元に戻しています' },
    reset: { en: 'Taking everything back', ja: 'すべてを元に戻しています' },
  },
  elapsed: (time: string) => ({ en: `${time} so far`, ja: `経過 ${time}` }),
  remaining: (time: string) => ({ en: `about ${time} left`, ja: `残り約 ${time}` }),
  stop: { en: 'Stop', ja: '中止' },
  stopping: { en: 'Stopping…', ja: '中止しています…' },
  sent: (done: string, all: string) => ({ en: `${done} of ${all} sent`, ja: `${all} 中 ${done} 送信` }),
  checking: { en: 'Asking the checks', ja: 'チェックを実行中' },
  showLog: { en: 'Show the run log', ja: '実行ログを見る' },
  changes: (n: number) => ({ en: n === 1 ? '1 change' : `${n} changes`, ja: `変更 ${n} 件` }),
  ended: {
    done: { en: 'Rolled out: every check passed', ja: '完了。すべてのチェックに合格しました' },
    failed: { en: 'The rollout failed', ja: '失敗しました' },
    cancelled: { en: 'The rollout was stopped', ja: '中止しました' },
  },
};
