import { randomBytes } from 'node:crypto';
import { protocol } from 'electron';
import { readPageFile } from '../page/page-files.ts';
import { pageHeaders, pagePolicy } from '../page/page-policy.ts';

const SCHEME = 'hoplab';

/** The page's own address: nothing else is ever shown. */
export const PAGE = `${SCHEME}://window/`;

/** Before the app is ready: pages of the scheme are treated like those of https. */
export function announcePageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

/** Serves the built renderer, with a policy and a nonce of its own for each load. */
export function servePage(folder: string): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const nonce = randomBytes(16).toString('base64');
    const headers = { ...pageHeaders, 'Content-Security-Policy': pagePolicy(nonce) };
    const file = host === 'window' && method === 'GET' ? await readPageFile(folder, pathname, nonce) : undefined;
    if (!file) return new Response('', { status: 404, headers });
    return new Response(new Uint8Array(file.body), { headers: { ...headers, 'Content-Type': file.type } });
  });
}

/** Whether an address is the page's. */
export function isPage(url: string): boolean {
  return url.startsWith(PAGE);
}
