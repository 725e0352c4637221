import { RPCHandler } from '@orpc/server/message-port';
import { ipcMain, MessageChannelMain, type IpcMainEvent } from 'electron';
import type { Engine } from '../engine/engine.ts';
import { router } from '../engine/procedures/router.ts';
import { isPage } from './page-protocol.ts';

/** Gives a page that asks for it a port to the engine, as often as it asks. Only Hoplab's own page gets one. */
export function handOutPorts(engine: Engine): void {
  const rpc = new RPCHandler(router);
  ipcMain.on('hoplab-dial', (event) => {
    if (!isOwnPage(event)) return;
    const { port1, port2 } = new MessageChannelMain();
    rpc.upgrade(port1, { context: { engine } });
    port1.start();
    event.senderFrame?.postMessage('hoplab-port', null, [port2]);
  });
}

/** Frames inside the page, and pages that were navigated elsewhere, get nothing. */
function isOwnPage({ sender, senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isPage(senderFrame.url);
}
