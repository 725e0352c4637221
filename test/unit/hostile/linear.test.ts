import { describe, expect, it } from 'vitest';
import { beginnings, hostileOutput } from './kinds.ts';
import { outputReaders } from './readers.ts';

const readers = await outputReaders();
const SIZE = 1 << 20;

/** Milliseconds of this process's processor time, in the fastest of a few runs: others may be busy meanwhile. */
function timeOf(run: () => unknown, runs: number): number {
  let fastest = Infinity;
  for (let index = 0; index < runs; index += 1) {
    const started = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(started);
    fastest = Math.min(fastest, (user + system) / 1000);
  }
  return fastest;
}

/** Something linear that is done with any output: it is looked at letter by letter, and cut into lines. */
function baseline(text: string): unknown {
  return [text.split('\n'), text.split(''), JSON.stringify(text)];
}

const unit = timeOf(() => baseline('a b\n'.repeat(SIZE / 4)), 3);

/** How many times longer than the baseline a linear reader may take: a quadratic one takes a hundred thousand times as long. */
const BOUND = 60;

describe('hostile output', () => {
  const kinds = Object.entries(hostileOutput(SIZE));

  it.each(Object.entries(readers))('of 1 MiB is read by %s in linear time', { timeout: 120_000 }, (_, read) => {
    const slow = kinds.flatMap(([kind, text]) => {
      const once = timeOf(() => read(text), 1);
      const time =
        once > unit * BOUND
          ? Math.min(
              once,
              timeOf(() => read(text), 1),
            )
          : once; // the computer may be busy
      return time > unit * BOUND ? [`${kind}: ${(time / unit).toFixed(0)} times`] : [];
    });
    expect(slow).toEqual([]);
  });

  it.each(beginnings.filter(Boolean))(
    'of 256 KiB is read in linear time behind %j',
    { timeout: 120_000 },
    (beginning) => {
      const some = [' ', '\n', 'a', '0', '"', '{', ' . 1', ' (verdict a', 'src=', ','];
      const texts = Object.entries(hostileOutput(SIZE / 4)).filter(([kind]) =>
        some.includes(JSON.parse(kind) as string),
      );
      const slow = Object.entries(readers).flatMap(([name, read]) =>
        texts.flatMap(([kind, text]) =>
          timeOf(() => read(beginning + text), 1) > unit * BOUND &&
          timeOf(() => read(beginning + text), 1) > unit * BOUND
            ? [`${name}: ${kind}`]
            : [],
        ),
      );
      expect(slow).toEqual([]);
    },
  );
});
