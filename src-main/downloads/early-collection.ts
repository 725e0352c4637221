import { setFlagsFromString } from 'node:v8';

let streams = 0;

/**
 * Does something while the young generation of V8's heap stays small. Each piece that comes from a socket is a small object with 64 KiB
 * beside the heap: with the usual 16 MB of young objects a hundred megabytes of pieces wait to be collected. Measured by
 * test/bench/download.ts.
 */
export async function collectingEarly<Result>(work: () => Promise<Result>): Promise<Result> {
  streams += 1;
  if (streams === 1) setFlagsFromString('--semi-space-growth-factor=1');
  try {
    return await work();
  } finally {
    streams -= 1;
    if (streams === 0) setFlagsFromString('--semi-space-growth-factor=2');
  }
}
