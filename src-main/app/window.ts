import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { z } from 'zod';
import { JsonFile } from '../engine/json-file.ts';
import { PAGE } from './page-protocol.ts';

const boundsSchema = z.object({
  x: z.number().optional(),
  y: z.number().optional(),
  width: z.number().min(640),
  height: z.number().min(480),
});

/** Opens the window where it was last time. */
export async function openWindow(home: string, preload: string): Promise<BrowserWindow> {
  const place = new JsonFile(join(home, 'window.json'), boundsSchema, { width: 1280, height: 800 });
  const { x, y, width, height } = await place.read();
  const window = new BrowserWindow({
    ...(x !== undefined && y !== undefined && { x, y }),
    width,
    height,
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Hoplab',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#111315' : '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  let closing = false;
  window.on('close', () => {
    closing = true;
    const bounds = window.getNormalBounds();
    void place.change(() => bounds).catch(() => undefined); // it opens at its usual place next time
  });
  await window.loadURL(PAGE).catch((error: unknown) => {
    if (!closing) throw error; // else it was closed before it was read
  });
  return window;
}
