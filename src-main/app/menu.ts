import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Language } from '../contract/text.ts';
import type { Engine } from '../engine/engine.ts';
import { systemLanguage } from '../engine/system-language.ts';
import { PAGE } from './page-protocol.ts';
import { spokenLanguage } from './spoken-language.ts';

/** The menu, in the language of the window: whoever chose another one gets it when they come back to the window. */
export function keepMenu(engine: Engine): void {
  const set = async (): Promise<void> => setMenu(await spokenLanguage(engine).catch(systemLanguage));
  void set();
  app.on('browser-window-focus', () => void set());
}

let shownIn: Language | undefined;

/** The usual menu of each system, without what leaves the page; and, in a package, the way to the command for terminals. */
function setMenu(language: Language): void {
  if (shownIn === language) return;
  shownIn = language;
  const mac = process.platform === 'darwin';
  const view: MenuItemConstructorOptions = {
    role: 'viewMenu',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      { role: 'toggleDevTools' },
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: HELP[language],
    submenu: [{ label: COMMAND[language], click: () => void showSettings() }],
  };
  const items: MenuItemConstructorOptions[] = [{ role: 'editMenu' }, view, { role: 'windowMenu' }];
  if (app.isPackaged) items.push(help);
  Menu.setApplicationMenu(Menu.buildFromTemplate(mac ? [{ role: 'appMenu' }, ...items] : items));
}

const HELP = { en: 'Help', ja: 'ヘルプ' };
const COMMAND = { en: 'Command Line: hoplab in the Terminal…', ja: 'コマンドライン: ターミナルの hoplab…' };

/** The page stays; only its place changes. */
async function showSettings(): Promise<void> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  await window?.loadURL(`${PAGE}#/settings`);
}
