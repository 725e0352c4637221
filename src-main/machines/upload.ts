import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { embed, sh, type ShellCommand } from './command.ts';

/** SSH carries 32 KiB packets; reading in big pieces halves the client's processor time (measured with ssh2 1.17). */
export const PIECE = 1 << 20;

export interface Upload {
  /** Absolute path on the machine. Its folder is made when missing. */
  readonly path: string;
  /** Octal, as chmod takes it: '755'. */
  readonly mode: string;
  /** Hex, of the unpacked file. The upload is refused on the machine when what arrived has another one. */
  readonly sha256: string;
  /** Whether the input is packed with gzip. Default false. */
  readonly packed?: boolean;
}

/** Prints the SHA-256 of its input first. OpenSSL is many times as fast where the processor can do it, and sha256sum is everywhere. */
const HASH = sh`if echo | openssl dgst -sha256 -r > /dev/null 2>&1; then openssl dgst -sha256 -r; else sha256sum; fi`;

/**
 * The command an upload runs: reads stdin, unpacks it if it is packed with gzip, checks it while it is written, and only then
 * puts it in place, in one step. The part belongs to nobody but its owner until then, because it may be a secret, and is taken
 * away when anything fails.
 */
export function uploadCommand({ path, mode, sha256, packed = false }: Upload): ShellCommand {
  const part = `${path}.hoplab-part`;
  const write = sh`{ tee ${part} || echo failed; }`; // what could not be written has another hash
  const receive = packed ? sh`gzip -dc | ${embed(write)}` : write;
  const check = sh`${embed(HASH)} | grep -q ${`^${sha256} `}`;
  const place = sh`chmod ${mode} ${part} && mv -f ${part} ${path}`;
  return sh`mkdir -p "$(dirname ${path})" && { (umask 077 && ${embed(receive)} | ${embed(check)}) && ${embed(place)} || { rm -f ${part}; false; }; }`;
}

/** A command's input read from a local file. */
export function fileInput(path: string): () => Readable {
  return () => createReadStream(path, { highWaterMark: PIECE });
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
