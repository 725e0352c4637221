import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { withKey } from './page-key.ts';

/** A way to the engine that is open now. */
export interface Line {
  readonly link: ClientLink<ClientContext>;
  /** Settles when the line is gone; what waits on it will not be answered. */
  readonly lost: Promise<void>;
}

const LIMIT = 5000;

/** Opens a line: a message port in the desktop window, a WebSocket in a browser page. Rejects when nobody answers. */
export function dial(): Promise<Line> {
  return inDesktopWindow() ? dialPort() : withKey(dialSocket);
}

export function inDesktopWindow(): boolean {
  return navigator.userAgent.includes('Electron');
}

/** The preload script answers `hoplab-dial` with a port whose other end the engine holds. */
async function dialPort(): Promise<Line> {
  const waiting = new AbortController();
  const arrived = new Promise<MessagePort>((resolve) => {
    const take = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source === window && event.data === 'hoplab-port' && port) resolve(port);
    };
    window.addEventListener('message', take, { signal: waiting.signal });
  });
  window.postMessage('hoplab-dial', location.origin === 'null' ? '*' : location.origin);
  try {
    const port = await inTime(arrived);
    const lost = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }));
    const link = new PortLink({ port });
    port.start();
    return { link, lost };
  } finally {
    waiting.abort();
  }
}

/** @param offers what shows the engine that this page may use it */
async function dialSocket(offers: readonly string[]): Promise<Line> {
  const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/engine`;
  const socket = new WebSocket(address, ['hoplab', ...offers]);
  const lost = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('The engine does not answer.')), { once: true });
  });
  try {
    await inTime(opened);
  } catch (error) {
    socket.close();
    throw error;
  }
  return { link: new SocketLink({ websocket: socket }), lost };
}

async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The engine does not answer.')), LIMIT);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
