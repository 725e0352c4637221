import { expect, it } from 'vitest';
import { endNotice } from '../../../src-main/contract/end-words.ts';

const notice = (verb: Parameters<typeof endNotice>[0], status: 'done' | 'failed' | 'cancelled', failed = 0) =>
  endNotice(verb, { status, checks: { passed: 12, failed, notApplicable: 0 } });

it('a notification says how a run of its kind ended', () => {
  expect(notice('up', 'done')).toEqual({
    en: 'Rolled out. All checks passed.',
    ja: '展開が完了し、すべてのチェックに合格しました。',
  });
  expect(notice('verify', 'done').en).toBe('All checks passed.');
  expect(notice('undo', 'done')).toEqual({ en: 'Undone.', ja: '元に戻しました。' });
  expect(notice('reset', 'done').en).toBe('Everything is undone.');
  expect(notice('undo', 'cancelled').en).toBe('Undoing was stopped.');
});

it('a notification of a failure says how many checks failed, and where the reason stands', () => {
  expect(notice('verify', 'failed', 3)).toEqual({
    en: 'Not all checks passed. Failed checks: 3. See the run log for the reason.',
    ja: '合格しなかったチェックがあります。チェック 3 件失敗。理由は実行ログにあります。',
  });
  expect(notice('undo', 'failed')).toEqual({
    en: 'Undoing failed. See the run log for the reason.',
    ja: '元に戻せませんでした。理由は実行ログにあります。',
  });
});
