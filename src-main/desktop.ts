import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, session } from 'electron';
import { askBeforeClosing } from './app/ask-before-closing.ts';
import { chooseLabFile } from './app/choose-lab-file.ts';
import { cliWords } from './app/cli-words.ts';
import { complain } from './app/complain.ts';
import { handOutPorts } from './app/engine-port.ts';
import { openLocalShell } from './app/node-pty-shell.ts';
import { keepMenu } from './app/menu.ts';
import { opensDebugger } from './app/opens-debugger.ts';
import { announcePageScheme, servePage } from './app/page-protocol.ts';
import { refuseAll } from './app/refuse-all.ts';
import { reviveWindows } from './app/revive-windows.ts';
import { notifyOfEnd } from './app/rollout-notification.ts';
import { systemEncryption } from './app/system-encryption.ts';
import { openWindow } from './app/window.ts';
import { appRoot, rendererFolder } from './app-root.ts';
import { systemProxy } from './downloads/system-proxy.ts';
import { Engine } from './engine/engine.ts';
import { takeGivenSecrets } from './engine/given-secrets.ts';
import { hoplabHome } from './engine/home.ts';

takeGivenSecrets(); // the window asks for its own; none of its children is to have them
setMaxListeners(0); // many commands wait for one signal that would stop them

/** The door to the desktop window, and behind `--cli --` to the command line: a package has no Node.js that would run it. */
const home = hoplabHome();
const preload = join(appRoot(), 'out', 'preload', 'preload.cjs');

const words = cliWords(process.argv);
const own = words === undefined ? process.argv : process.argv.slice(0, -words.length - 1);
if (app.isPackaged && opensDebugger(own)) {
  complain('it is not started with a debugger. Leave the switches --inspect… and --remote-debugging-… out.');
  app.exit(2);
} else if (words !== undefined) runCli(words);
else if (app.requestSingleInstanceLock()) start();
else app.quit();

let quitting = false;
app.once('before-quit', () => (quitting = true));

function show(): void {
  openWindow(home, preload).catch((error: unknown) => {
    if (quitting) return;
    dialog.showErrorBox('Hoplab', error instanceof Error ? (error.stack ?? error.message) : String(error));
  });
}

/** Electron wants a display, though the command line shows nothing. */
function runCli(args: readonly string[]): void {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    complain('without a display the app has no command line. Install it with Node.js: npm install --global hoplab');
    process.exit(2);
  }
  app.dock?.hide();
  void import('./cli/run.ts').then(async ({ run }) => app.exit(await run(['hoplab', 'hoplab', ...args])));
}

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
  void app.whenReady().then(() => {
    const engine: Engine = new Engine({
      home,
      door: 'desktop',
      program: app.isPackaged ? process.execPath : undefined,
      localShell: openLocalShell,
      encryption: systemEncryption(),
      chooseFile: chooseLabFile,
      systemProxy: systemProxy((origin) => session.defaultSession.resolveProxy(origin)),
      onRunEnd: (lab, verb, outcome) => void notifyOfEnd(engine, lab.name, verb, outcome),
    });
    closeBeforeQuit(engine);
    askBeforeClosing(engine);
    reviveWindows(engine);
    refuseAll();
    servePage(rendererFolder());
    handOutPorts(engine);
    keepMenu(engine);
    show();
  });
}

/** Rollouts are stopped and connections ended before the process goes. */
function closeBeforeQuit(engine: Engine): void {
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void engine.close().finally(() => {
      closed = true;
      setImmediate(() => app.quit()); // at once it would be taken for the quit that was just prevented
    });
  });
}
