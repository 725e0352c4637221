import { setFlagsFromString } from 'node:v8';

let running = 0;

/**
 * Does something while the young generation of V8's heap does not grow (it does not shrink either), and lets it grow by V8's default
 * afterwards. Each piece that comes from a socket is a small object with 64 KiB beside the heap: with the usual 16 MB of young objects
 * a hundred megabytes of pieces wait to be collected. Measured by test/bench/download.ts.
 */
export async function collectingEarly<Result>(work: () => Promise<Result>): Promise<Result> {
  running += 1;
  if (running === 1) setFlagsFromString('--semi-space-growth-factor=1');
  try {
    return await work();
  } finally {
    running -= 1;
    if (running === 0) setFlagsFromString('--semi-space-growth-factor=2');
  }
}
