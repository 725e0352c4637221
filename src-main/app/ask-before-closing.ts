import { app, BrowserWindow, dialog } from 'electron';
import type { Text } from '../contract/text.ts';
import type { Engine } from '../engine/engine.ts';
import { spokenLanguage } from './spoken-language.ts';

const STAY: Text = { en: 'Keep it running', ja: '続ける' };
const STOP: Text = { en: 'Stop it and quit', ja: '中止して終了' };
const DETAIL: Text = {
  en: 'Completed changes stay. The next rollout continues from there.',
  ja: '済んだ変更はそのまま残り、次の展開はそこから続きます。',
};

/** While a rollout runs, whoever quits or closes the window is asked first: quitting stops it. */
export function askBeforeClosing(engine: Engine): void {
  let quitting = false;
  let asking = false;
  let agreed = false;
  app.on('before-quit', () => (quitting = true));
  app.on('browser-window-created', (_, window) => {
    window.on('closed', () => (agreed = false));
    window.on('close', (event) => {
      const stays = process.platform === 'darwin' && !quitting; // there the engine outlives its window
      if (agreed || stays || engine.running.length === 0) return;
      event.preventDefault();
      if (asking) return;
      asking = true;
      void mayStop(engine).then((yes) => {
        asking = false;
        agreed = yes;
        if (yes && quitting) app.quit();
        else if (yes) window.close();
        quitting = false;
      });
    });
  });
}

async function mayStop(engine: Engine): Promise<boolean> {
  const labs = engine.running.join(', ');
  const message: Text = { en: `A rollout is running in ${labs}`, ja: `${labs} で展開が進行中です` };
  const language = await spokenLanguage(engine);
  const options = {
    type: 'warning' as const,
    message: message[language],
    detail: DETAIL[language],
    buttons: [STAY[language], STOP[language]],
    defaultId: 0,
    cancelId: 0,
  };
  const [window] = BrowserWindow.getAllWindows();
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response === 1;
}
