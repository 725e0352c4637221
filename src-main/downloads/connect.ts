import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { CertificateRefused, ConnectTimedOut, ProxyFailed } from './connection-errors.ts';

export interface ConnectOptions {
  readonly trust: () => SecureContext;
  /** Milliseconds for name, TCP, proxy and TLS together. */
  readonly limit: number;
  /** Its address, where connections go through a tunnel (CONNECT); may have user and password. */
  readonly proxy?: URL | undefined;
}

/** Opens connections for undici, whose own ones keep back the certificate that was shown and the proxy's status. */
export function connector(options: ConnectOptions): buildConnector.connector {
  return (target, callback) => {
    open(target, options).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

/** `signal` is aborted at the limit. */
interface Opening {
  readonly signal: AbortSignal;
  readonly trust: () => SecureContext;
}

async function open(target: buildConnector.Options, { trust, limit, proxy }: ConnectOptions): Promise<Socket> {
  const opening = { signal: AbortSignal.timeout(limit), trust };
  const secure = target.protocol === 'https:';
  const port = Number(target.port || (secure ? 443 : 80));
  try {
    const socket = proxy
      ? await tunnel(proxy, `${bracketed(target.hostname)}:${port}`, opening)
      : await tcp(target.hostname, port, opening);
    return secure ? await tls(socket, target.hostname, opening) : socket;
  } catch (error) {
    if (!opening.signal.aborted || error instanceof ProxyFailed) throw error;
    throw new ConnectTimedOut('no connection within the limit', { cause: error });
  }
}

async function tcp(host: string, port: number, { signal }: Opening): Promise<Socket> {
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true });
  await guarded(socket, once(socket, 'connect', { signal }));
  return socket;
}

/** TLS on a connection. @throws CertificateRefused */
async function tls(socket: Socket, host: string, { signal, trust }: Opening): Promise<Socket> {
  const servername = isIP(host) === 0 ? host : '';
  // Node closes the connection before anyone can see the certificate that it refuses; so it is refused here, before a byte is sent
  const options = { secureContext: trust(), rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] };
  const secured = connectTls({ ...options, socket, host, servername });
  try {
    await guarded(secured, once(secured, 'secureConnect', { signal }));
  } catch (error) {
    socket.destroy();
    throw error;
  }
  if (secured.authorized) return secured;
  const shown = secured.getPeerX509Certificate();
  secured.destroy();
  if (!shown) throw new Error('a server without a certificate');
  throw new CertificateRefused(String(secured.authorizationError), shown);
}

/** A connection to `to` (HOST:PORT) through the proxy. @throws ProxyFailed */
async function tunnel(proxy: URL, to: string, opening: Opening): Promise<Socket> {
  const secure = proxy.protocol === 'https:';
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  try {
    const plain = await tcp(host, Number(proxy.port || (secure ? 443 : 80)), opening);
    const socket = secure ? await tls(plain, host, opening) : plain;
    const status = await askTunnel(socket, to, { login: loginOf(proxy), signal: opening.signal });
    if (status >= 200 && status < 300) return socket;
    socket.destroy();
    throw new ProxyFailed(proxy.origin, status);
  } catch (error) {
    if (error instanceof ProxyFailed) throw error;
    const late = opening.signal.aborted ? new ConnectTimedOut('no answer within the limit', { cause: error }) : error;
    throw new ProxyFailed(proxy.origin, undefined, late);
  }
}

async function askTunnel(
  socket: Socket,
  to: string,
  { login, signal }: { login: string | undefined; signal: AbortSignal },
): Promise<number> {
  const headers = { host: to, ...(login !== undefined && { 'proxy-authorization': login }) };
  const asked = request({ method: 'CONNECT', path: to, headers, createConnection: () => socket });
  asked.on('error', ignore);
  asked.end();
  const [answer] = (await guarded(socket, once(asked, 'connect', { signal }))) as [IncomingMessage];
  return answer.statusCode ?? 0;
}

/** `Basic …` of an address with user and password. */
export function loginOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const login = [username, password].map(decodeURIComponent).join(':');
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

/** What is waited for on a connection, which is closed when it does not come. */
async function guarded<Result>(socket: Socket, waited: Promise<Result>): Promise<Result> {
  socket.on('error', ignore);
  try {
    return await waited;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function ignore(): void {
  // the promise, or undici, reports it; an error without any listener would end the process
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
