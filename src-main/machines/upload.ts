import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Transform, type Readable } from 'node:stream';
import { embed, sh, type ShellCommand } from './command.ts';
import type { Machine } from './machine.ts';

/** SSH carries 32 KiB packets; reading in big pieces halves the client's processor time (measured with ssh2 1.17). */
export const PIECE = 1 << 20;

export interface Upload {
  /** A file on this computer, or the content itself. */
  readonly from: { readonly file: string } | { readonly content: string | Uint8Array };
  /** Absolute path on the machine. Its folder is made when missing. */
  readonly path: string;
  /** Octal, as chmod takes it: '755'. */
  readonly mode: string;
  /** Hex. The upload is refused on the machine when what arrived has another one. */
  readonly sha256: string;
}

/**
 * The command an upload runs: reads stdin, unpacks it if it is packed with gzip, checks it, and only then puts it in place,
 * in one step. The part belongs to
 * nobody but its owner until then, because it may be a secret, and is taken away when anything fails.
 */
export function uploadCommand(upload: Pick<Upload, 'path' | 'mode' | 'sha256'> & { packed?: boolean }): ShellCommand {
  const { path, mode, sha256, packed = false } = upload;
  const receive = packed ? sh`gzip -dc` : sh`cat`;
  const part = `${path}.hoplab-part`;
  const check = sh`echo ${`${sha256}  ${part}`} | sha256sum -c --status -`;
  const place = sh`chmod ${mode} ${part} && mv -f ${part} ${path}`;
  return sh`mkdir -p "$(dirname ${path})" && { (umask 077 && ${embed(receive)} > ${part}) && ${embed(check)} && ${embed(place)} || { rm -f ${part}; false; }; }`;
}

/** Uploads one file atomically as root. `onProgress` gets the bytes handed over so far. */
export async function upload(
  machine: Machine,
  file: Upload,
  options: { signal?: AbortSignal | undefined; onProgress?: ((bytes: number) => void) | undefined } = {},
): Promise<void> {
  await machine.run(uploadCommand(file), {
    sudo: true,
    timeout: 30 * 60_000,
    signal: options.signal,
    input: 'content' in file.from ? file.from.content : fileInput(file.from.file, options.onProgress),
  });
}

/** A command's input read from a local file, counted as it goes. */
export function fileInput(path: string, onProgress?: (bytes: number) => void): () => Readable {
  return () => {
    const source = createReadStream(path, { highWaterMark: PIECE });
    if (!onProgress) return source;
    let bytes = 0;
    const counted = new Transform({
      readableHighWaterMark: PIECE,
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        onProgress(bytes);
        done(null, chunk);
      },
    });
    return pipeline(source, counted, () => undefined); // an error reaches the reader of `counted`
  };
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
