import { BrowserWindow, Notification } from 'electron';
import type { EventOf } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';
import type { Engine } from '../engine/engine.ts';
import { spokenLanguage } from './spoken-language.ts';

/** Rollouts that are over sooner have been watched. Milliseconds. */
const LONG = 30_000;

type Finished = EventOf<'rollout-finished'>;

/** Tells that a long rollout has ended, when the window is not in front and the user wants to be told. */
export async function notifyOfEnd(engine: Engine, lab: string, outcome: Finished): Promise<void> {
  if (outcome.duration < LONG || BrowserWindow.getFocusedWindow() || !Notification.isSupported()) return;
  const { notifications } = await engine.readSettings();
  if (!notifications) return;
  const language = await spokenLanguage(engine);
  new Notification({ title: `Hoplab: ${lab}`, body: sentence(outcome)[language] }).show();
}

function sentence({ status, checks }: Finished): Text {
  const { passed, failed } = checks;
  switch (status) {
    case 'done':
      return {
        en: `Rollout complete: ${passed} checks passed.`,
        ja: `展開が完了しました。チェック ${passed} 件合格。`,
      };
    case 'failed':
      return {
        en: `The rollout failed: ${failed} checks failed. See the run log for the reason.`,
        ja: `展開が失敗しました。チェック ${failed} 件失敗。理由は実行ログにあります。`,
      };
    case 'cancelled':
      return { en: 'The rollout was stopped.', ja: '展開は中止されました。' };
  }
}
