import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLine, LineReader, LONGEST_LINE } from '../../../src-main/machines/line-reader.ts';
import { processorTime } from '../../set-up/processor-time.ts';

function linesOf(pieces: readonly string[], longest?: number): { line: string; omitted: number }[] {
  const lines: { line: string; omitted: number }[] = [];
  const reader = new LineReader((line, omitted) => lines.push({ line, omitted }), longest);
  for (const piece of pieces) reader.add(piece);
  reader.end();
  return lines;
}

describe('lines of output', () => {
  it('are the same from whatever pieces it arrives in', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\n', '\n\n', 'long words ', '')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (whole, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end));
        const expected = whole.endsWith('\n') || whole === '' ? whole.split('\n').slice(0, -1) : whole.split('\n');
        expect(linesOf(pieces).map(({ line }) => line)).toEqual(expected);
      }),
    );
  });

  it('are kept no longer than what is shown of them, and say how much is left out', () => {
    expect(linesOf(['12345', '67890', '\nab\n', 'cdefghi'], 6)).toEqual([
      { line: '123456', omitted: 4 },
      { line: 'ab', omitted: 0 },
      { line: 'cdefgh', omitted: 1 },
    ]);
  });

  it('without an end cost the same for each piece, however long they are', () => {
    const timeOf = (count: number) => {
      const reader = new LineReader(() => undefined);
      const started = processorTime();
      for (let index = 0; index < count; index += 1) reader.add('x'.repeat(1000));
      return processorTime() - started;
    };
    timeOf(1000);
    expect(timeOf(64_000)).toBeLessThan(Math.max(timeOf(4000) * 160, 50));
  });
});

describe('a line that is too long to be read', () => {
  it('is cut between two words, with how much more there is', () => {
    expect(cutLine('one two three four', 15)).toBe('one two three … [5 more characters]');
    expect(cutLine('x'.repeat(20), 15)).toBe(`${'x'.repeat(15)} … [5 more characters]`);
    expect(cutLine('short', 15)).toBe('short');
    expect(cutLine('short', 15, 100)).toContain('100 more characters');
  });

  it('shows no half of a secret that stands at the cut', () => {
    const secret = 'abcdefghijklmnop';
    const line = `${'word '.repeat(13_105)}${secret} and more`;
    expect(line.indexOf(secret)).toBeLessThan(LONGEST_LINE);
    expect(line.indexOf(secret) + secret.length).toBeGreaterThan(LONGEST_LINE);
    expect(cutLine(line)).not.toContain('abc');
  });
});
