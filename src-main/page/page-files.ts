import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of the built renderer. */
export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json',
};

const NONCE = '%NONCE%';

/**
 * A file of the page by the path of its URL, `/` being index.html, with this load's nonce in it. Undefined when there is no
 * such file, or when the path leads out of the folder.
 */
export async function readPageFile(folder: string, urlPath: string, nonce: string): Promise<PageFile | undefined> {
  const path = safePath(folder, urlPath);
  const type = path === undefined ? undefined : TYPES[extname(path)];
  if (path === undefined || type === undefined) return undefined;
  const body = await readFile(path).catch(() => undefined); // none there
  if (body && path.endsWith('.html')) return { type, body: Buffer.from(body.toString().replaceAll(NONCE, nonce)) };
  return body && { type, body };
}

function safePath(folder: string, urlPath: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return undefined; // no path that this server ever gave out
  }
  if (decoded.includes('\0')) return undefined;
  const path = join(folder, decoded === '/' ? 'index.html' : decoded);
  return path.startsWith(folder + sep) ? path : undefined;
}
