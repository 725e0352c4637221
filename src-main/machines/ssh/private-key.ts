import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { isAbsent } from '../../is-absent.ts';
import { KeyUnusable } from '../errors.ts';
import { fromPkcs8, pkcs8 } from './pkcs8.ts';
import type { Route } from './route.ts';

/** Reads a private key, and asks for its passphrase when it has one. @throws KeyUnusable */
export async function readPrivateKey({ name, secrets }: Route, file: string): Promise<ParsedKey> {
  const unusable = (why: string, cause?: unknown) =>
    new KeyUnusable(name, `${name}: the private key ${file} ${why}.`, { cause });
  const text = await readFile(file).catch((cause: unknown) => {
    throw unusable(isAbsent(cause) ? 'does not exist' : `cannot be read (${String(cause)})`, cause);
  });
  const plain = parse(text);
  if (!(plain instanceof Error)) return onlyPrivate(plain, unusable);
  if (!isEncrypted(text, plain)) {
    throw unusable(
      `is not a private key that Hoplab can read; \`ssh-keygen -p -f ${file}\` writes one in OpenSSH's own format`,
      plain,
    );
  }
  const passphrase = await secrets.passphrase(name, file);
  if (passphrase === undefined) throw unusable('is encrypted and no passphrase was given');
  const opened = parse(text, passphrase);
  if (opened instanceof Error) throw unusable('does not open with the given passphrase', opened);
  return onlyPrivate(opened, unusable);
}

/** The public half of a key, of the file FILE.pub beside it or of its own file: then it is there `alone`. Undefined: there is none. */
export async function readPublicKey(file: string): Promise<{ key: ParsedKey; alone: boolean } | undefined> {
  for (const name of [file, `${file}.pub`]) {
    const text = await readFile(name).catch(() => undefined);
    const key = text && parse(text);
    if (key && !(key instanceof Error) && !key.isPrivateKey()) return { key, alone: name === file };
  }
  return undefined;
}

function isEncrypted(text: Buffer, error: Error): boolean {
  return pkcs8(text)?.encrypted ?? /encrypted|passphrase/i.test(error.message);
}

function parse(text: Buffer, passphrase?: string): ParsedKey | Error {
  const form = pkcs8(text);
  if (!form) return parseKey(text, passphrase);
  try {
    return parseKey(fromPkcs8(text, passphrase));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function parseKey(text: Buffer | string, passphrase?: string): ParsedKey | Error {
  // The types promise one key, but ssh2 may return a list: https://github.com/mscdex/ssh2/blob/master/lib/client.js
  const parsed: ParsedKey | Error | ParsedKey[] = ssh2.utils.parseKey(text, passphrase);
  return Array.isArray(parsed) ? ((parsed as ParsedKey[])[0] ?? new Error('no key')) : parsed;
}

function onlyPrivate(key: ParsedKey, unusable: (why: string) => KeyUnusable): ParsedKey {
  if (!key.isPrivateKey()) throw unusable('is a public key; the lab file must name the private one');
  return key;
}
