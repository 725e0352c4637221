import type { EventOf, RolloutVerb } from './events.ts';
import type { Text } from './text.ts';

type Finished = EventOf<'rollout-finished'>;

/** How each kind of run ended. */
export const endWords: Readonly<Record<RolloutVerb, Readonly<Record<Finished['status'], Text>>>> = {
  up: {
    done: { en: 'Rolled out. All checks passed', ja: '展開が完了し、すべてのチェックに合格しました' },
    failed: { en: 'The rollout failed', ja: '展開に失敗しました' },
    cancelled: { en: 'The rollout was stopped', ja: '展開を中止しました' },
  },
  verify: {
    done: { en: 'All checks passed', ja: 'すべてのチェックに合格しました' },
    failed: { en: 'Not all checks passed', ja: '合格しなかったチェックがあります' },
    cancelled: { en: 'Checking was stopped', ja: 'チェックを中止しました' },
  },
  undo: {
    done: { en: 'Undone', ja: '元に戻しました' },
    failed: { en: 'Undoing failed', ja: '元に戻せませんでした' },
    cancelled: { en: 'Undoing was stopped', ja: '元に戻す処理を中止しました' },
  },
  reset: {
    done: { en: 'Everything is undone', ja: 'すべてを元に戻しました' },
    failed: { en: 'Undoing everything failed', ja: 'すべてを元に戻せませんでした' },
    cancelled: { en: 'Undoing everything was stopped', ja: 'すべてを元に戻す処理を中止しました' },
  },
  'prove-vip': {
    done: { en: 'Addresses of the pool are reached', ja: 'プールのアドレスに届きます' },
    failed: { en: 'The VIP was not proved reachable', ja: 'VIP に届くことを確かめられませんでした' },
    cancelled: { en: 'The proof of the VIP was stopped', ja: 'VIP の実証を中止しました' },
  },
  start: {
    done: { en: 'The VMs run and answer', ja: 'VM が動き、応答しています' },
    failed: { en: 'The VMs were not all started', ja: 'すべての VM を起動できませんでした' },
    cancelled: { en: 'Starting the VMs was stopped', ja: 'VM の起動を中止しました' },
  },
  stop: {
    done: { en: 'The VMs are stopped', ja: 'VM を停止しました' },
    failed: { en: 'The VMs were not all stopped', ja: 'すべての VM を停止できませんでした' },
    cancelled: { en: 'Stopping the VMs was stopped', ja: 'VM の停止を中止しました' },
  },
  snapshot: {
    done: { en: 'The lab is kept as a snapshot', ja: 'ラボをスナップショットに保存しました' },
    failed: { en: 'The snapshot failed', ja: 'スナップショットを取れませんでした' },
    cancelled: { en: 'The snapshot was stopped', ja: 'スナップショットを中止しました' },
  },
  restore: {
    done: { en: 'The lab is as it was in the snapshot', ja: 'ラボをスナップショットの状態に戻しました' },
    failed: { en: 'Restoring failed', ja: 'スナップショットに戻せませんでした' },
    cancelled: { en: 'Restoring was stopped', ja: 'スナップショットへの復元を中止しました' },
  },
  delete: {
    done: { en: 'The VMs are deleted', ja: 'VM を削除しました' },
    failed: { en: 'The VMs were not all deleted', ja: 'すべての VM を削除できませんでした' },
    cancelled: { en: 'Deleting the VMs was stopped', ja: 'VM の削除を中止しました' },
  },
  'remove-node': {
    done: { en: 'The node was removed. All checks passed', ja: 'ノードを削除し、すべてのチェックに合格しました' },
    failed: { en: 'Removing the node failed', ja: 'ノードを削除できませんでした' },
    cancelled: { en: 'Removing the node was stopped', ja: 'ノードの削除を中止しました' },
  },
};

/** The same for who does not see the window: of a failure with the number of checks, and where the reason stands. */
export function endNotice(
  verb: RolloutVerb,
  { status, checks: { failed } }: Pick<Finished, 'status' | 'checks'>,
): Text {
  const { en, ja } = endWords[verb][status];
  if (status !== 'failed') return { en: `${en}.`, ja: `${ja}。` };
  const checks =
    failed > 0 ? { en: ` Failed checks: ${failed}.`, ja: `チェック ${failed} 件失敗。` } : { en: '', ja: '' };
  return {
    en: `${en}.${checks.en} See the run log for the reason.`,
    ja: `${ja}。${checks.ja}理由は実行ログにあります。`,
  };
}
