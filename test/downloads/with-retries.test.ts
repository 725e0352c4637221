import { expect, test } from 'vitest';
import { withRetries } from '../../src-main/downloads/with-retries.ts';
import { client, serve, text } from './servers.ts';

test('429 is waited for as long as the server asks, then the answer comes', async () => {
  const { origin, seen } = await serve((_request, response) => {
    if (seen.length === 1) response.writeHead(429, { 'retry-after': '1' }).end();
    else response.end('at last');
  });
  const web = client();
  const pauses: number[] = [];
  const began = performance.now();
  const onPause = (_error: unknown, milliseconds: number): void => void pauses.push(milliseconds);
  const answer = await withRetries(() => web.fetch(origin).then(text), { onPause });
  expect([answer, pauses, seen.length]).toEqual(['at last', [1000], 2]);
  expect(performance.now() - began).toBeGreaterThan(990);
});

test('a server’s errors and cuts are tried again, with pauses that double, and not for ever', async () => {
  const { origin, seen } = await serve((_request, response) => {
    if (seen.length % 2 === 0) response.destroy();
    else response.writeHead(503).end();
  });
  const web = client();
  const pauses: number[] = [];
  const onPause = (_error: unknown, milliseconds: number): void => void pauses.push(milliseconds);
  const failed = withRetries(() => web.fetch(origin), { pause: 10, onPause });
  await expect(failed).rejects.toMatchObject({ kind: 'cut' });
  expect([seen.length, pauses]).toEqual([4, [10, 20, 40]]);
});

test.each([404, 403, 204])('%i is an answer, and asked for once', async (status) => {
  const { origin, seen } = await serve((_request, response) => response.writeHead(status).end());
  const web = client();
  await expect(withRetries(() => web.fetch(origin))).rejects.toBeInstanceOf(Error);
  expect(seen).toHaveLength(1);
});

test('a web page, or an error of Hoplab itself, is never tried again', async () => {
  let tried = 0;
  const failed = withRetries(async () => {
    tried++;
    throw new TypeError('of Hoplab');
  });
  await expect(failed).rejects.toBeInstanceOf(TypeError);
  expect(tried).toBe(1);
});

test('a pause that is longer than the limit is left to the user, and a signal ends every pause', async () => {
  const { origin, seen } = await serve((_request, response) =>
    response.writeHead(429, { 'retry-after': '3600' }).end(),
  );
  const web = client();
  await expect(withRetries(() => web.fetch(origin))).rejects.toMatchObject({ kind: 'too-many', retryAfter: 3_600_000 });
  expect(seen).toHaveLength(1);
  const stop = new AbortController();
  const reason = new Error('enough');
  const waiting = withRetries(() => web.fetch(origin), {
    signal: stop.signal,
    longest: Infinity,
    onPause: () => setTimeout(() => stop.abort(reason), 50),
  });
  await expect(waiting).rejects.toBe(reason);
});
