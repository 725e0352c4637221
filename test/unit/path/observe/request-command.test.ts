import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aaaaIsEmpty } from '../../../../src-main/checks/aaaa-is-empty.ts';
import { clusterNamesResolve } from '../../../../src-main/checks/cluster-names-resolve.ts';
import { zoneAnswers } from '../../../../src-main/checks/zone-answers.ts';
import { askApp } from '../../../../src-main/checks/ask-app.ts';
import { requestsSpread } from '../../../../src-main/checks/requests-spread.ts';
import type { Known } from '../../../../src-main/path/known.ts';
import { curlConfig } from '../../../../src-main/path/observe/curl-config.ts';
import { readReply, requestCommand } from '../../../../src-main/path/observe/request-command.ts';
import { parseTarget } from '../../../../src-main/path/target.ts';
import { tempFolder } from '../../../machines/temp-folder.ts';
import { hasProgram } from '../../has-program.ts';
import { sampledLab } from '../../topology/sampled-lab.ts';

interface Got {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const got: Got[] = [];
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const { method, url, headers } = request;
    got.push({ method, url, headers, body: Buffer.concat(pieces).toString() });
    response.end(`pod-${got.length % 2}`);
  });
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

async function run(command: string, input: string, env: Record<string, string> = {}): Promise<string> {
  const child = spawn('sh', ['-c', command], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  child.stdin.end(input);
  await new Promise((resolve) => child.on('close', resolve));
  return stdout;
}

function requestOf(text: string) {
  const known = { target: parseTarget(text, 30053), facts: { lab: sampledLab } } as Known;
  return requestCommand(known, { first: 42_000, last: 59_999 }, { name: 'X-Mark', value: 'abc' });
}

/** A home and an environment that send every request elsewhere, and mix into what is printed. */
async function otherwise(): Promise<Record<string, string>> {
  const home = await tempFolder();
  writeFileSync(join(home, '.curlrc'), 'proxy = "http://127.0.0.1:9"\nuser-agent = "other"\nhead\n');
  writeFileSync(join(home, '.digrc'), '+short\n@192.0.2.1\n');
  return { HOME: home, CURL_HOME: home, http_proxy: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' };
}

const curl = hasProgram('curl', '--version');

describe.skipIf(!curl)('the request that the client makes', () => {
  it('says nothing of the request in its arguments, and keeps no secret in what is shown', async () => {
    const text = `curl -X PUT -H 'X-Api-Key: s3cret "x" \\\\ y' -b 'id=s3cret' -d '{"token":"s3cret"}' -A me 'http://me:s3cret@127.0.0.1:${port}/a?b=1&token=s3cret'`;
    const { command, input, shown } = requestOf(text);
    expect(command).not.toMatch(/s3cret|czNjcmV0|\/a|PUT|me\b/);
    expect(shown).not.toMatch(/s3cret|czNjcmV0/);
    expect(shown).toContain('token=***');
    got.length = 0;
    await run(command, input);
    expect(got).toMatchObject([
      {
        method: 'PUT',
        url: '/a?b=1&token=s3cret',
        headers: { 'x-api-key': 's3cret "x" \\\\ y', cookie: 'id=s3cret', 'user-agent': 'me', 'x-mark': 'abc' },
        body: '{"token":"s3cret"}',
      },
    ]);
    expect(got[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:s3cret').toString('base64')}`);
  });

  it('what is shown makes the same request where it holds no secret', async () => {
    const { command, input, shown } = requestOf(`curl -d $'it\\'s\\n"x"' http://127.0.0.1:${port}/a`);
    got.length = 0;
    await run(command, input);
    await run(shown, '');
    expect(got).toHaveLength(2);
    expect(got[1]).toEqual(got[0]);
  });

  it('is one, whatever brackets and braces its URL has', async () => {
    const { command, input } = requestOf(`http://127.0.0.1:${port}/[1-9]?q={a,b}`);
    got.length = 0;
    await run(command, input);
    expect(got.map(({ url }) => url)).toEqual(['/[1-9]?q={a,b}']);
  });

  it('goes straight there, whatever proxy and options this user has', async () => {
    const { command, input } = requestOf(`http://127.0.0.1:${port}/`);
    got.length = 0;
    expect(await run(command, input, await otherwise())).toContain('hoplab 200');
    expect(got).toMatchObject([{ method: 'GET' }]);
    expect(got[0]?.headers['user-agent']).toContain('curl/');
  });

  it('so do the requests of checks', async () => {
    const environment = await otherwise();
    const question = {
      lab: sampledLab,
      run: async (command: string) => ({ stdout: await run(command, '', environment), stderr: '' }),
    } as unknown as Parameters<typeof askApp>[0];
    expect(await askApp(question, `http://127.0.0.1:${port}`)).toMatchObject({ status: 200 });
  });

  it('and those of which it is counted who answered', async () => {
    const environment = await otherwise();
    const { nodes, app } = sampledLab;
    const question = {
      lab: { ...sampledLab, nodes: [{ ...nodes[0], address: '127.0.0.1' }], app: { ...app, nodePort: port } },
      run: async (command: string) => ({ stdout: await run(command, '', environment), stderr: '' }),
    } as unknown as Parameters<typeof requestsSpread.ask>[0];
    expect(await requestsSpread.ask(question)).toMatchObject({
      status: 'passed',
      actual: { en: '8 pod-0, 8 pod-1' },
    });
  });
});

describe.skipIf(!curl)('a configuration of curl', () => {
  it('gives each value back as it is', async () => {
    const unit = fc.constantFrom(...Array.from('"\\\n\r\t\v\f #=:-@é\u{1f600}\'$`a'));
    const value = fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' })).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(value, async (body) => {
        got.length = 0;
        await run(
          'curl -q -sS -o /dev/null -K -',
          curlConfig([
            ['url', `http://127.0.0.1:${port}/`],
            ['data-raw', body],
          ]),
        );
        expect(got.map((one) => one.body)).toEqual([body]);
      }),
      { numRuns: 60 },
    );
  });

  it('holds no NUL byte, which nothing can be sent with', () => {
    expect(() => curlConfig([['data-raw', 'a\0b']])).toThrow('NUL');
  });
});

describe.skipIf(!hasProgram('dig', '-v'))('the query that the client makes', () => {
  it('is asked as it is, whatever ~/.digrc says, and its name is no option', async () => {
    const { command } = requestOf(`dns shop.k8s.local @127.0.0.1:${port}`);
    expect(command).toContain('-q shop.k8s.local');
    // nothing answers DNS there; dig repeats its options and says whom it asked
    const said = await run(
      `${command.replace('+time=4', '+time=1').replace('+noall', '+noall +cmd')} 2>&1`,
      '',
      await otherwise(),
    );
    expect(said).not.toContain('192.0.2.1');
    expect(said).toContain('127.0.0.1');
  });

  it.each([aaaaIsEmpty, zoneAnswers, clusterNamesResolve])('so are the questions of checks: $id', async (check) => {
    const environment = await otherwise();
    const lab = {
      ...sampledLab,
      nodes: sampledLab.nodes.map((node) => ({ ...node, address: '127.0.0.1' })),
      dns: { ...sampledLab.dns, nodePort: port },
    };
    const said: string[] = [];
    const question = {
      lab,
      run: async (command: string) => {
        said.push(await run(`${command.replaceAll(' +tries=2', ' +tries=1')} 2>&1`, '', environment));
        return { stdout: '', stderr: '' };
      },
    } as unknown as Parameters<typeof check.ask>[0];
    await check.ask(question);
    expect(said.join('')).not.toContain('192.0.2.1');
    for (const one of said) expect(one).toMatch(/127\.0\.0\.1|no servers could be reached/);
  });
});

describe('a request by HTTPS', () => {
  it('judges the certificate as the curl of its user would, and tells of the handshake', () => {
    expect(requestOf('https://shop.k8s.local/').command).toContain('-sS -v -m');
    expect(requestOf('https://shop.k8s.local/').input).not.toContain('insecure');
    expect(requestOf('curl -k https://shop.k8s.local/').input).toContain('insecure\n');
    expect(requestOf('curl --cacert /etc/ca.crt https://shop.k8s.local/').input).toContain('cacert = "/etc/ca.crt"\n');
    expect(requestOf('curl -k http://shop.k8s.local/').command).toContain('-sS -k -m');
  });

  it('keeps of what -v prints what it says of TLS alone, and the complaint', () => {
    const stderr = [
      '*   Trying 192.168.2.200:443...',
      '* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384',
      '*  subject: O=Hoplab; CN=Gateway shortener',
      '*  SSL certificate verify ok.',
      '> GET / HTTP/2',
      '> authorization: Bearer abc',
      '* h2h3 [authorization: Bearer abc]',
      '< set-cookie: session=abc',
      'curl: (28) Operation timed out',
    ].join('\n');
    const target = parseTarget('https://shop.k8s.local/', 30053);
    const reply = readReply(target, 'curl', { stdout: '', stderr, exitCode: 28, duration: 1 });
    expect(reply.complaint).toBe('curl: (28) Operation timed out');
    expect(reply.handshake).toEqual([
      '* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384',
      '*  subject: O=Hoplab; CN=Gateway shortener',
      '*  SSL certificate verify ok.',
    ]);
    expect(reply.text).not.toContain('abc');
  });
});
