import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import { handOutPorts } from './app/engine-port.ts';
import { openLocalShell } from './app/local-shell.ts';
import { setMenu } from './app/menu.ts';
import { announcePageScheme, servePage } from './app/page-protocol.ts';
import { refuseAll } from './app/refuse-all.ts';
import { notifyOfEnd } from './app/rollout-notification.ts';
import { openWindow } from './app/window.ts';
import { appRoot, rendererFolder } from './app-root.ts';
import { Engine } from './engine/engine.ts';
import { hoplabHome } from './engine/home.ts';

/** The door to the desktop window. */
const engine = new Engine({
  home: hoplabHome(),
  door: 'desktop',
  localShell: openLocalShell,
  onRolloutEnd: (lab, outcome) => void notifyOfEnd(engine, lab.name, outcome),
});

const preload = join(appRoot(), 'out', 'preload', 'preload.cjs');
const show = () => void openWindow(engine.options.home, preload);

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  // root has no sandbox to go into, and asks for none (Chromium: https://crbug.com/638180)
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  announcePageScheme();
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window) window.focus();
    else show();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) show();
  });
  closeEngineBeforeQuit();
  void app.whenReady().then(() => {
    refuseAll();
    servePage(rendererFolder());
    handOutPorts(engine);
    setMenu();
    show();
  });
}

/** Rollouts are stopped and connections ended before the process goes. */
function closeEngineBeforeQuit(): void {
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void engine.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}
