import { ipcRenderer } from 'electron';

/** The little of the page that is needed here: this part of the program is not compiled for a browser. */
declare const window: {
  addEventListener(
    type: 'message',
    listener: (event: { readonly source: unknown; readonly data: unknown }) => void,
  ): void;
  postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void;
};
declare const location: { readonly origin: string };

/** Hands ports to the engine over to the page: `hoplab-dial` asks for one, `hoplab-port` brings it. Nothing else crosses. */
window.addEventListener('message', ({ source, data }) => {
  if (source === window && data === 'hoplab-dial') ipcRenderer.send('hoplab-dial');
});

ipcRenderer.on('hoplab-port', ({ ports }) => window.postMessage('hoplab-port', location.origin, ports));
