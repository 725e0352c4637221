import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `node packaging/icons/render.ts`: icon.svg as the PNG files of a Linux icon theme and the ICNS file of a Mac. Needs
 * rsvg-convert (Debian: librsvg2-bin). What it writes is committed.
 */

/** Types of ICNS entries that hold a PNG, with its size in pixels: https://en.wikipedia.org/wiki/Apple_Icon_Image_format */
const ICNS: Readonly<Record<string, number>> = { ic07: 128, ic08: 256, ic09: 512, ic10: 1024 };
const folder = import.meta.dirname;

mkdirSync(join(folder, 'png'), { recursive: true });
for (const size of [32, 64, 128, 256, 512]) writeFileSync(join(folder, 'png', `${size}x${size}.png`), png(size));
const entries = Object.entries(ICNS).map(([type, size]) => block(type, png(size)));
writeFileSync(join(folder, 'icon.icns'), block('icns', Buffer.concat(entries)));

function png(size: number): Buffer {
  const { stdout, status, stderr } = spawnSync('rsvg-convert', ['-w', `${size}`, '-h', `${size}`, 'icon.svg'], {
    cwd: folder,
  });
  if (status !== 0) throw new Error(`rsvg-convert: ${stderr.toString()}`);
  return stdout;
}

/** A type of four letters, the length of all of it as 32 bits, and what it holds. */
function block(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8, type, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}
