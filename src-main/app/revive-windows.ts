import { app, dialog, type BrowserWindow } from 'electron';
import type { Text } from '../contract/text.ts';
import type { Engine } from '../engine/engine.ts';
import { PAGE } from './page-protocol.ts';
import { spokenLanguage } from './spoken-language.ts';

/** A page that stops so often within a minute is not loaded again unasked. */
const TRIES = 3;
const MINUTE = 60_000;
/** Milliseconds that a page which does not respond has to come back by itself. */
const HANGING = 5000;

/** What the page is opened with after it had stopped: it says so then. */
const CAME_BACK = `${PAGE}?came-back`;

const STOPPED: Text = { en: 'The window stopped several times', ja: 'ウィンドウが繰り返し停止しました' };
const DETAIL = (reason: string): Text => ({
  en: `Its page ended (${reason}). What runs on the machines goes on. If this happens again, save a support bundle in the settings and report it.`,
  ja: `ページが終了しました (${reason})。マシンでの処理は続いています。繰り返す場合は、設定でサポートバンドルを保存して報告してください。`,
});
const AGAIN: Text = { en: 'Load it again', ja: '読み込み直す' };
const QUIT: Text = { en: 'Quit Hoplab', ja: 'Hoplab を終了' };

/** Loads the page of a window again when its process ended or does not respond: what it shows lives in the engine. */
export function reviveWindows(engine: Engine): void {
  app.on('browser-window-created', (_, window) => revive(window, engine));
  app.on('child-process-gone', (_, { type, name, reason }) => {
    // Chromium's own processes, which it starts again by itself
    if (reason !== 'clean-exit') console.error(`Hoplab: the process ${name ?? type} ended (${reason}).`);
  });
}

function revive(window: BrowserWindow, engine: Engine): void {
  const contents = window.webContents;
  let stops: number[] = [];
  let hanging: NodeJS.Timeout | undefined;

  contents.on('render-process-gone', (_, { reason }) => {
    clearTimeout(hanging);
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    console.error(`Hoplab: the page of the window ended (${reason}).`);
    stops = [...stops.filter((time) => Date.now() - time < MINUTE), Date.now()];
    if (stops.length <= TRIES) load();
    else void ask(reason);
  });
  window.on('unresponsive', () => {
    clearTimeout(hanging);
    hanging = setTimeout(() => contents.forcefullyCrashRenderer(), HANGING);
  });
  window.on('responsive', () => clearTimeout(hanging));
  window.on('closed', () => clearTimeout(hanging));

  function load(): void {
    // within the event the contents are not ready to be loaded anew
    setImmediate(() => {
      if (window.isDestroyed()) return;
      contents.loadURL(CAME_BACK).catch((error: unknown) => console.error(error)); // it ended again: told above
    });
  }

  async function ask(reason: string): Promise<void> {
    const language = await spokenLanguage(engine);
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: STOPPED[language],
      detail: DETAIL(reason)[language],
      buttons: [AGAIN[language], QUIT[language]],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 0) load();
    else app.quit();
  }
}
