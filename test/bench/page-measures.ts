import type { CDPSession, Page } from '@playwright/test';

/** Frames while something moved. */
export interface Frames {
  readonly perSecond: number;
  /** Milliseconds that one frame in twenty takes at least. */
  readonly slow: number;
  /** Milliseconds a frame that the page's own thread was at work: what a busy computer adds is hardly in it. */
  readonly busy: number;
  readonly elements: number;
  /** Whether there was more than fits. */
  readonly moved: boolean;
}

/** Moves what scrolls by `step` pixels with every frame, to its end and back, and counts the frames. */
export async function pan(page: Page, seconds: number, step = 24, selector = '[data-picture]'): Promise<Frames> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable'); // counts from here
  const { frames, elements, most } = await page.evaluate<{
    frames: number[];
    elements: number;
    most: number;
  }>(`(async () => {
    const picture = document.querySelector(${JSON.stringify(selector)});
    const across = picture.scrollWidth - picture.clientWidth > 50;
    const most = across ? picture.scrollWidth - picture.clientWidth : picture.scrollHeight - picture.clientHeight;
    const frames = [];
    let [place, step] = [0, ${step}];
    const start = performance.now();
    let before = await new Promise(requestAnimationFrame);
    while (performance.now() - start < ${seconds * 1000}) {
      place += step;
      if (place <= 0 || place >= most) step = -step;
      picture[across ? 'scrollLeft' : 'scrollTop'] = place;
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - before);
      before = now;
    }
    return { frames, most, elements: picture.querySelectorAll('*').length };
  })()`);
  const worked = await metric(client, 'TaskDuration');
  await client.detach();
  const total = frames.reduce((sum, one) => sum + one, 0);
  const sorted = frames.sort((one, other) => one - other);
  return {
    perSecond: (frames.length * 1000) / total,
    slow: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    busy: (worked * 1000) / frames.length,
    elements,
    moved: most > 0 && step > 0,
  };
}

/** Seconds that the page's own thread was at work, since the first time this was asked. */
export async function workOf(client: CDPSession): Promise<number> {
  await client.send('Performance.enable');
  return metric(client, 'TaskDuration');
}

async function metric(client: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await client.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
}

/** When messages arrive is noted from the start; call it before the page is opened. */
export async function noteMessages(page: Page): Promise<void> {
  await page.addInitScript(`(() => {
    const add = WebSocket.prototype.addEventListener;
    globalThis.arrived = [];
    WebSocket.prototype.addEventListener = function (type, listener, options) {
      if (type !== 'message') return add.call(this, type, listener, options);
      return add.call(this, type, function (event) {
        globalThis.arrived.push(performance.now());
        if (globalThis.arrived.length > 1000) globalThis.arrived.splice(0, 500);
        return typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent(event);
      }, options);
    };
  })()`);
}

/** A change on its way: from what a machine said to the screen. Milliseconds. */
export interface Change {
  /** From the words of the machine to the frame that shows it. */
  readonly whole: number;
  /** From the message in the page to that frame. */
  readonly page: number;
}

/** Makes a change, waits for the frame that shows it, and tells how long that took. `selector` is there when it shows. */
export async function timeChange(page: Page, selector: string, make: () => void): Promise<Change> {
  const shown = page.evaluate<{ at: number; page: number }>(`new Promise((resolve, reject) => {
    const found = () => {
      if (!document.querySelector(${JSON.stringify(selector)})) return;
      observer.disconnect();
      const messages = [...globalThis.arrived];
      const message = messages.at(-1) ?? performance.now();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          const now = performance.now();
          resolve({ at: performance.timeOrigin + now, page: now - message });
        };
        channel.port2.postMessage('');
      });
    };
    setTimeout(() => reject(new Error('it never showed')), 10_000);
    const observer = new MutationObserver(found);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  })`);
  await page.evaluate('0'); // the observer is there
  const start = performance.timeOrigin + performance.now();
  make();
  const { at, page: own } = await shown;
  return { whole: at - start, page: own };
}

/** Bytes of the page's own heap after a collection, and how much hangs on it. */
export async function memoryOf(page: Page): Promise<{ heap: number; nodes: number; listeners: number }> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  await client.send('HeapProfiler.collectGarbage');
  const heap = await metric(client, 'JSHeapUsedSize');
  const nodes = await metric(client, 'Nodes');
  const listeners = await metric(client, 'JSEventListeners');
  await client.detach();
  return { heap, nodes, listeners };
}
