import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { hasProgram } from '../unit/has-program.ts';
import { bin, root } from '../set-up/built.ts';
import { authority, type Authority, type Certificate } from './certificates.ts';
import { client, serve, serveTcp, startProxy, text, type Served } from './servers.ts';

const NAMES = 'DNS:files.test,DNS:localhost,IP:127.0.0.1';

describe.skipIf(!hasProgram('openssl', 'version'))('TLS', () => {
  let own: Authority;
  const served = (certificate: Certificate): Promise<Served> =>
    serve((_request, response) => response.end('safe'), certificate);
  beforeAll(async () => void (own = await authority('Inspecting CA')));

  test('a certificate of a CA that is not trusted is refused: its issuer is named, and `ca:`', async () => {
    const { origin, seen, port } = await served(own.issue(NAMES));
    const failed = client().fetch(`${origin}/kubeadm`);
    const said = expect.stringMatching(
      new RegExp(`^127\\.0\\.0\\.1:${port} .*Inspecting_CA.*UNABLE_TO_VERIFY_LEAF_SIGNATURE.*\`ca: FILE\``),
    ) as unknown;
    await expect(failed).rejects.toMatchObject({ kind: 'tls', retryable: false, text: { en: said, ja: said } });
    expect(seen).toEqual([]);
  });

  test('one’s own CA is trusted, by name and by address; and what Node trusts besides stays trusted', async () => {
    const { origin, port } = await served(own.issue(NAMES));
    const web = client({ ca: own.ca });
    expect(await web.fetch(origin).then(text)).toBe('safe');
    expect(await web.fetch(`https://localhost:${port}/`).then(text)).toBe('safe');
    const other = await authority('Other CA');
    const refused = client({ ca: other.ca }).fetch(origin);
    await expect(refused).rejects.toMatchObject({ kind: 'tls' });
  });

  test.each([
    ['not valid yet', { from: 2, to: 4 }],
    ['no longer valid', { from: -4, to: -2 }],
  ])('a certificate that is %s is told with its times and the clock of this computer', async (_what, days) => {
    const { origin } = await served(own.issue(NAMES, days));
    const day = (ahead: number): string => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
    const said = expect.stringMatching(new RegExp(`${day(days.from)}.*${day(days.to)}.*${day(0)}`)) as unknown;
    await expect(client({ ca: own.ca }).fetch(origin)).rejects.toMatchObject({
      kind: 'clock',
      retryable: false,
      text: { en: said, ja: said },
    });
  });

  test('a certificate for other names is refused, and they are named', async () => {
    const { origin } = await served(own.issue('DNS:elsewhere.test'));
    await expect(client({ ca: own.ca }).fetch(origin)).rejects.toMatchObject({
      kind: 'tls',
      message: expect.stringMatching(/other names \(DNS:elsewhere\.test\), issued by "Inspecting_CA"/) as unknown,
    });
  });

  test('a port that speaks no TLS is said to', async () => {
    const port = await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(client().fetch(`https://127.0.0.1:${port}`)).rejects.toMatchObject({
      kind: 'tls',
      message: expect.stringContaining('does not speak the TLS') as unknown,
    });
  });

  test('https is never followed down to http', async () => {
    const plain = await serve((_request, response) => response.end('unsafe'));
    const { origin } = await serve(
      (_request, response) => response.writeHead(302, { location: `${plain.origin}/x` }).end(),
      own.issue(NAMES),
    );
    await expect(client({ ca: own.ca }).fetch(origin)).rejects.toMatchObject({ kind: 'tls', retryable: false });
    expect(plain.seen).toEqual([]);
  });

  test('through a tunnel the server, and not the proxy, proves who it is', async () => {
    const { port } = await served(own.issue(NAMES));
    const proxy = await startProxy(port);
    const trusting = client({ ca: own.ca, proxy: proxy.origin });
    expect(await trusting.fetch('https://files.test/kubeadm').then(text)).toBe('safe');
    expect(proxy.tunnels).toEqual(['files.test:443']);
    await expect(trusting.fetch('https://other.test/')).rejects.toMatchObject({
      kind: 'tls',
      url: 'https://other.test/',
    });
    await expect(client({ proxy: proxy.origin }).fetch('https://files.test/')).rejects.toMatchObject({
      kind: 'tls',
      message: expect.stringMatching(/^files\.test shows a certificate issued by "Inspecting_CA"/) as unknown,
    });
  });

  test('a proxy that speaks TLS itself has to be trusted, and is named when it is not', async () => {
    const { port } = await served(own.issue(NAMES));
    const proxy = await startProxy(port, { certificate: own.issue(NAMES) });
    expect(await client({ ca: own.ca, proxy: proxy.origin }).fetch('https://files.test/').then(text)).toBe('safe');
    await expect(client({ proxy: proxy.origin }).fetch('https://files.test/')).rejects.toMatchObject({
      kind: 'tls',
      message: expect.stringMatching(`^127.0.0.1:${proxy.port} shows a certificate`) as unknown,
    });
  });

  test('the proxy that wants a login is to be set as it is spoken to: over TLS', async () => {
    const refuse = '407 Proxy Authentication Required';
    const { origin, port } = await startProxy(0, { refuse, certificate: own.issue(NAMES) });
    const web = client({ ca: own.ca, proxy: origin, httpProxy: origin });
    for (const [url, set] of [
      ['https://files.test/', 'HTTPS_PROXY'],
      ['http://files.test/', 'HTTP_PROXY'],
    ] as const) {
      const said = expect.stringContaining(`${set}=https://USER:PASSWORD@127.0.0.1:${port} `) as unknown;
      await expect(web.fetch(url)).rejects.toMatchObject({ kind: 'proxy-login', text: { en: said, ja: said } });
    }
  });

  test.each([
    ['NODE_EXTRA_CA_CERTS names it', 'NODE_EXTRA_CA_CERTS', '200'],
    ['it is in the system’s store', 'SSL_CERT_FILE', '200'],
    ['nothing names it', 'ANYTHING', 'tls'],
  ])('a CA where %s', { timeout: 30_000 }, async (_what, variable, said) => {
    const { origin } = await served(own.issue(NAMES));
    const script = `
      const { webClient } = await import('./src-main/downloads/web-client.ts');
      const web = webClient({ mirrors: { hosts: {} } });
      const answer = await web.fetch('${origin}').catch((error) => ({ status: error.kind }));
      console.log(answer.status);
      process.exit();`;
    const { stdout } = await promisify(execFile)(bin('node'), ['--input-type=module', '-e', script], {
      ...{ cwd: root, env: { ...process.env, [variable]: own.file } },
    });
    expect(stdout.trim()).toBe(said);
  });

  test('NODE_EXTRA_CA_CERTS is heeded where Node, or Electron, does not do so; without its file nothing else is lost', async () => {
    const { origin } = await served(own.issue(NAMES));
    try {
      vi.stubEnv('NODE_EXTRA_CA_CERTS', own.file); // Node looks at it only when it starts
      expect(await client().fetch(origin).then(text)).toBe('safe');
      vi.stubEnv('NODE_EXTRA_CA_CERTS', '/not/there');
      expect(await client({ ca: own.ca }).fetch(origin).then(text)).toBe('safe');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
