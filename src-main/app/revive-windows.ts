import { app, BrowserWindow, dialog, type WebContents } from 'electron';
import type { Text } from '../contract/text.ts';
import type { Engine } from '../engine/engine.ts';
import { complain } from './complain.ts';
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
  en: `The page crashed (${reason}). Work on the machines continues. If this happens again, save a support bundle in the settings and report it.`,
  ja: `ページが終了しました (${reason})。マシンでの処理は続いています。繰り返す場合は、設定でサポートバンドルを保存して報告してください。`,
});
const AGAIN: Text = { en: 'Reload', ja: '読み込み直す' };
const QUIT: Text = { en: 'Quit Hoplab', ja: 'Hoplab を終了' };

/** Loads the page of a window again when its process ended or does not respond: what it shows lives in the engine. */
export function reviveWindows(engine: Engine): void {
  app.on('browser-window-created', (_, window) => {
    const contents = window.webContents;
    let stops: number[] = [];
    let hanging: NodeJS.Timeout | undefined;
    contents.on('render-process-gone', (_event, { reason }) => {
      clearTimeout(hanging);
      if (reason === 'clean-exit' || window.isDestroyed()) return;
      complain(`the page of the window ended (${reason}).`);
      stops = [...stops.filter((time) => Date.now() - time < MINUTE), Date.now()];
      // within the event the contents are not ready to be loaded anew
      if (stops.length <= TRIES) setImmediate(() => load(contents));
      else void mayLoad(engine, reason).then((yes) => (yes ? load(contents) : app.quit()));
    });
    window.on('unresponsive', () => {
      clearTimeout(hanging);
      hanging = setTimeout(() => contents.forcefullyCrashRenderer(), HANGING);
    });
    window.on('responsive', () => clearTimeout(hanging));
    window.on('closed', () => clearTimeout(hanging));
  });
  app.on('child-process-gone', (_, { type, name, reason }) => {
    // Chromium's own processes, which it starts again by itself
    if (reason !== 'clean-exit') complain(`the process ${name ?? type} ended (${reason}).`);
  });
}

function load(contents: WebContents): void {
  if (contents.isDestroyed()) return; // its window was closed meanwhile
  contents.loadURL(CAME_BACK).catch((error: unknown) => complain(String(error))); // it ended again, and is told as that
}

async function mayLoad(engine: Engine, reason: string): Promise<boolean> {
  const language = await spokenLanguage(engine);
  const options = {
    type: 'error' as const,
    message: STOPPED[language],
    detail: DETAIL(reason)[language],
    buttons: [AGAIN[language], QUIT[language]],
    defaultId: 0,
    cancelId: 0,
  };
  const [window] = BrowserWindow.getAllWindows();
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response === 0;
}
