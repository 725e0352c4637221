import { parseArgs } from 'node:util';
import { hostileOutput } from '../unit/hostile/kinds.ts';
import { outputReaders } from '../unit/hostile/readers.ts';

/*
 * `npx node test/bench/hostile.ts [--size 1048576]`: how long everything that reads the output of a machine takes over output that is
 * made to hold it up. Prints for each reader its slowest kind in milliseconds, and how that grows when the output is four times as
 * long: 4 is linear, 16 is not.
 */

const { values } = parseArgs({ options: { size: { type: 'string', default: String(1 << 20) } } });
const size = Number(values.size);

function timeOf(read: (text: string) => unknown, text: string): number {
  const times = [1, 2, 3].map(() => {
    const started = performance.now();
    read(text);
    return performance.now() - started;
  });
  return Math.min(...times);
}

const [whole, quarter] = [hostileOutput(size), hostileOutput(size / 4)];
const rows = Object.entries(await outputReaders()).map(([name, read]) => {
  const times = Object.keys(whole).map((kind) => {
    const small = timeOf(read, quarter[kind] ?? '');
    return { kind, time: timeOf(read, whole[kind] ?? ''), small };
  });
  const slowest = times.reduce((worst, one) => (one.time > worst.time ? one : worst));
  return {
    reader: name,
    kind: slowest.kind,
    ms: Math.round(slowest.time),
    growth: Number((slowest.time / slowest.small).toFixed(1)),
  };
});
console.table(rows.sort((a, b) => b.ms - a.ms));
