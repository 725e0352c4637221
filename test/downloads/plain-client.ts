import { get } from 'node:http';
import { cutOff } from '../../src-main/downloads/download-failures.ts';
import type { Get } from '../../src-main/downloads/download-file.ts';
import type { WebAnswer } from '../../src-main/downloads/web-client.ts';

/** GET as Hoplab's own client asks, of a server on loopback. */
export function plainGet(url: string): Get {
  return (from, validator, signal) =>
    new Promise((resolve, reject) => {
      const headers = {
        ...(from > 0 && { range: `bytes=${String(from)}-` }),
        ...(from > 0 && validator && { 'if-range': validator }),
      };
      const request = get(url, { headers, signal, agent: false }, (response) => {
        const answer: WebAnswer = {
          status: response.statusCode ?? 0,
          headers: { get: (name) => response.headers[name]?.toString() ?? null },
          url,
          body: response as AsyncIterable<Uint8Array>,
          close: () => void response.destroy(),
        };
        resolve(answer);
      });
      request.on('error', (error) => reject(cutOff({ what: url, url }, 0, error)));
    });
}
