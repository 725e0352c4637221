import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A display of its own whose pixels can be read: a package lets no debugger in that would tell what its window shows. */
export interface Screen {
  readonly display: string;
  /** How many pixels each colour has, by `#rrggbb`. */
  colours(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Xvfb, with the picture of its screen in a file of `folder`. */
export async function openScreen(folder: string): Promise<Screen> {
  const args = ['-displayfd', '1', '-screen', '0', '1280x800x24', '-fbdir', folder, '-nolisten', 'tcp'];
  const xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => xvfb.once('exit', () => resolve()));
  const number = await new Promise<string>((resolve, reject) => {
    createInterface({ input: xvfb.stdout }).once('line', resolve);
    xvfb.once('error', reject).once('exit', (code) => reject(new Error(`Xvfb ended: ${code}`)));
  });
  return {
    display: `:${number}`,
    colours: () => coloursOf(readFileSync(join(folder, 'Xvfb_screen0'))),
    close: async () => {
      xvfb.kill('SIGTERM');
      await ended;
    },
  };
}

/** Of a file of xwd: a head of 32-bit numbers, the colour map, then 4 bytes a pixel. X11/XWDFile.h */
function coloursOf(file: Buffer): Map<string, number> {
  const head = (at: number) => file.readUInt32BE(at * 4);
  const [width, height, littleEndian, bits, line] = [head(4), head(5), head(7) === 0, head(11), head(12)];
  if (bits !== 32) throw new Error(`${bits} bits a pixel`);
  const start = head(0) + head(19) * 12;
  const found = new Map<string, number>();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = start + y * line + x * 4;
      const pixel = littleEndian ? file.readUInt32LE(at) : file.readUInt32BE(at);
      const colour = `#${(pixel & 0xffffff).toString(16).padStart(6, '0')}`;
      found.set(colour, (found.get(colour) ?? 0) + 1);
    }
  }
  return found;
}
