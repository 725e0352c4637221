import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DownloadError } from '../../src-main/downloads/download-error.ts';
import { client, serve, serveTcp, text } from './servers.ts';

const FILE = Buffer.alloc(300_000, 'x');

test('a file comes with its headers, and its address without the query', async () => {
  const { origin, seen } = await serve((_request, response) => response.writeHead(200, { etag: '"1"' }).end('bytes'));
  const answer = await client().fetch(`${origin}/a/file?signature=secret`, { headers: { Range: 'bytes=0-' } });
  expect(await text(answer)).toBe('bytes');
  expect(answer).toMatchObject({ status: 200, url: `${origin}/a/file` });
  expect([answer.headers.get('ETag'), answer.headers.get('nothing')]).toEqual(['"1"', null]);
  expect(seen[0]).toMatchObject({ url: '/a/file?signature=secret', method: 'GET' });
  expect(seen[0]?.headers).toMatchObject({ range: 'bytes=0-', 'accept-encoding': 'identity' });
});

test('206, 416 and HEAD are answers', async () => {
  const { origin } = await serve((request, response) => response.writeHead(request.url === '/416' ? 416 : 206).end());
  expect(await client().fetch(`${origin}/416`)).toMatchObject({ status: 416 });
  expect(await client().fetch(`${origin}/206`)).toMatchObject({ status: 206 });
  expect(await client().fetch(`${origin}/206`, { method: 'HEAD' })).toMatchObject({ status: 206 });
});

test('401 is an answer for who understands a challenge alone', async () => {
  const { origin } = await serve((_request, response) =>
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(),
  );
  expect(await client().fetch(origin, { challenge: true })).toMatchObject({ status: 401 });
  await expect(client().fetch(origin)).rejects.toMatchObject({ kind: 'forbidden', retryable: false });
});

test.each([
  [403, 'forbidden', false],
  [404, 'not-found', false],
  [410, 'not-found', false],
  [418, 'status', false],
  [451, 'legal', false],
  [500, 'status', true],
  [503, 'status', true],
  [511, 'web-page', false],
  [204, 'status', false],
] as const)('%i is a failure of kind %s, with host and address in both languages', async (status, kind, retryable) => {
  const { origin, port } = await serve((_request, response) => response.writeHead(status).end());
  const failed = client().fetch(`${origin}/kubeadm?token=secret`);
  await expect(failed).rejects.toMatchObject({ kind, retryable, url: `${origin}/kubeadm` });
  const sentences = expect.stringMatching(
    new RegExp(
      `127\\.0\\.0\\.1:${port}.*${status}.*${origin}/kubeadm|127\\.0\\.0\\.1:${port}.*${origin}/kubeadm.*${status}`,
    ),
  ) as unknown;
  await expect(failed).rejects.toMatchObject({ text: { en: sentences, ja: sentences } });
  await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('secret') as unknown });
});

test('429 says how long the server asks to wait, in seconds or as a date', async () => {
  const waits = ['7', new Date(Date.now() + 60_000).toUTCString(), 'soon'];
  const { origin } = await serve((_request, response) =>
    response.writeHead(429, { 'retry-after': waits.shift() }).end(),
  );
  const web = client();
  const failures = [];
  for (let i = 0; i < 3; i++) failures.push(await web.fetch(origin).catch((error: unknown) => error));
  const [first, second, third] = failures as { retryAfter?: number }[];
  expect(first).toMatchObject({ kind: 'too-many', retryable: true, retryAfter: 7000 });
  expect(second?.retryAfter).toBeGreaterThan(50_000);
  expect(third?.retryAfter).toBeUndefined();
});

test.each([
  ['by its type', { 'content-type': 'text/html; charset=utf-8' }, 'Log in'],
  ['by its beginning', { 'content-type': 'application/octet-stream' }, '\n <!DOCTYPE html><p>Log in'],
  ['without doctype', {}, '<HTML><body>'],
])('a web page in place of a file is recognised %s', async (_how, headers, page) => {
  const { origin } = await serve((_request, response) => response.writeHead(200, headers).end(page));
  const came = client().fetch(`${origin}/kubeadm`).then(text);
  await expect(came).rejects.toMatchObject({ kind: 'web-page', retryable: false });
});

test('what is no web page is not taken for one', async () => {
  const { origin } = await serve((_request, response) => response.end('<?xml version="1.0"?><htmlish>'));
  expect(await client().fetch(origin).then(text)).toContain('htmlish');
});

test('a body that is cut at half is a failure that may be tried again, never an end', async () => {
  const { origin } = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': FILE.length });
    response.write(FILE.subarray(0, FILE.length / 2), () => setTimeout(() => response.destroy(), 50));
  });
  const answer = await client().fetch(origin);
  let bytes = 0;
  const reading = (async () => {
    for await (const piece of answer.body) bytes += piece.length;
  })();
  await expect(reading).rejects.toMatchObject({ kind: 'cut', retryable: true });
  expect(bytes).toBe(FILE.length / 2);
});

test('chunks that end without the last one are a cut', async () => {
  const { origin } = await serve((_request, response) => {
    response.write('some', () => setTimeout(() => response.destroy(), 50));
  });
  await expect(client().fetch(origin).then(text)).rejects.toMatchObject({ kind: 'cut' });
});

test('a connection that ends before the answer is a cut', async () => {
  const port = await serveTcp((socket) => socket.once('data', () => socket.destroy()));
  await expect(client().fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ kind: 'cut' });
});

/** Says a beginning of the body, or nothing; and is silent then. */
const half: RequestListener = (request, response) => {
  if (request.url === '/body') response.write('some');
};
const QUICK = { connect: 0.3, silence: 0.3 };

test('silence before the answer, and within the body, ends after its limit', async () => {
  const { origin } = await serve(half);
  await expect(client({}, QUICK).fetch(origin)).rejects.toMatchObject({
    kind: 'timeout',
    text: { en: expect.stringContaining('sent nothing for 0.3 s') as unknown },
  });
  const answer = await client({}, QUICK).fetch(`${origin}/body`);
  await expect(text(answer)).rejects.toMatchObject({ kind: 'timeout', retryable: true });
});

test('a body that is slow, but never silent, is waited for; so is a reader that is slow', async () => {
  const { origin } = await serve((_request, response) => {
    let pieces = 0;
    const timer = setInterval(() => {
      if (++pieces <= 8) return void response.write('x');
      clearInterval(timer);
      response.end(FILE);
    }, 100);
  });
  const answer = await client({}, QUICK).fetch(origin);
  let bytes = 0;
  for await (const piece of answer.body) {
    if (bytes === 0) await sleep(600);
    bytes += piece.length;
  }
  expect(bytes).toBe(FILE.length + 8);
});

test('a server that accepts and never speaks TLS is no connection within the limit', async () => {
  const port = await serveTcp(() => undefined);
  await expect(client({}, QUICK).fetch(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({
    kind: 'timeout',
    retryable: true,
    text: { en: expect.stringContaining('no connection within 0.3 s') as unknown },
  });
});

test('a port where nothing listens, and a name that is not there', async () => {
  await expect(client().fetch('http://127.0.0.1:1/')).rejects.toMatchObject({ kind: 'refused', retryable: false });
  const name = client().fetch('https://files.invalid/kubeadm');
  await expect(name).rejects.toMatchObject({ url: 'https://files.invalid/kubeadm' });
  expect(['dns', 'no-network']).toContain(await name.catch((error: unknown) => (error as DownloadError).kind));
});

test('redirects are followed, five of them', async () => {
  const { origin, seen } = await serve((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('there');
    else response.writeHead(302, { location: `/${left - 1}` }).end('moved');
  });
  const answer = await client().fetch(`${origin}/5`);
  expect([answer.url, await text(answer)]).toEqual([`${origin}/0`, 'there']);
  await expect(client().fetch(`${origin}/6`)).rejects.toMatchObject({ kind: 'status', retryable: false });
  expect(seen).toHaveLength(12);
});

test('a redirect to another host, or port, takes no login with it; one on the same host does', async () => {
  const other = await serve((_request, response) => response.end('blob'));
  const { origin, seen } = await serve((request, response) => {
    const location = request.url === '/here' ? '/there' : `${other.origin}/blob`;
    response.writeHead(307, { location }).end();
  });
  const headers = { Authorization: 'Bearer secret', Range: 'bytes=3-' };
  expect(await client().fetch(`${origin}/here`, { headers }).then(text)).toBe('blob');
  expect(seen.map((request) => request.headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
  expect(other.seen[0]?.headers).toMatchObject({ range: 'bytes=3-' });
  expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
});

test('a cancelled request, and a cancelled body, end with the reason of the signal', async () => {
  const { origin } = await serve(half);
  const reason = new Error('enough');
  await expect(client().fetch(origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const waiting = new AbortController();
  setTimeout(() => waiting.abort(reason), 100);
  await expect(client().fetch(origin, { signal: waiting.signal })).rejects.toBe(reason);
  const reading = new AbortController();
  const answer = await client().fetch(`${origin}/body`, { signal: reading.signal });
  setTimeout(() => reading.abort(reason), 100);
  await expect(text(answer)).rejects.toBe(reason);
});

test('an answer that is left, and a client that is closed, close their connections', async () => {
  let closed = 0;
  const { origin } = await serve((request, response) => {
    request.socket.once('close', () => closed++);
    response.write(FILE);
  });
  const web = client();
  (await web.fetch(origin)).close();
  await expect.poll(() => closed).toBe(1);
  await web.fetch(origin);
  await web.close();
  await expect.poll(() => closed).toBe(2);
});

test('a mirror is asked in the place of the original, with the login of its address and no other', async () => {
  const { origin, port, seen } = await serve((_request, response) => response.end('from the mirror'));
  const base = `http://user:p%40ss@127.0.0.1:${port}/all`;
  const web = client({ mirrors: { base, hosts: { 'ghcr.io': origin } } });
  const answer = await web.fetch('https://dl.k8s.io/v1.37.1/bin/linux/amd64/kubeadm');
  expect([answer.url, await text(answer)]).toEqual([
    `${origin}/all/dl.k8s.io/v1.37.1/bin/linux/amd64/kubeadm`,
    'from the mirror',
  ]);
  expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  expect(web.address('https://ghcr.io/token')).toBe(`${origin}/token`);
});

test('what is not pinned is not taken by plain HTTP from another computer', async () => {
  const web = client({ mirrors: { base: 'http://mirror.invalid', hosts: {} } });
  const asked = web.fetch('https://dl.k8s.io/kubeadm.sha256', { unpinned: true });
  await expect(asked).rejects.toMatchObject({ kind: 'tls', message: expect.stringContaining('https://') as unknown });
});
