import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { embed, inShell, quote, sh } from '../../src-main/machines/command.ts';

const word = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from(`'"\\$\`!*?[]{}()<>|&;#~=% \t\n\r-a日`)) }),
);
const printable = word.map((text) => text.replaceAll('\0', '')).filter((text) => Buffer.from(text).toString() === text);

function shell(script: string): string {
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' });
}

test('any words come through a real shell unchanged, and as many as they were', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(printable, { minLength: 1, maxLength: 40 }), (words) => {
      expect(shell(sh`printf '%s\\0' ${words}`)).toBe(words.map((text) => `${text}\0`).join(''));
    }),
  );
});

test('a script survives being quoted three shells deep', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(printable, (text) => {
      expect(shell(inShell(inShell(inShell(sh`printf %s ${text}`))))).toBe(text);
    }),
    { numRuns: 50 },
  );
});

test('a word with a NUL byte is refused', () => {
  expect(() => quote('a\0b')).toThrow(TypeError);
});

test('an embedded command is not quoted, a value is', () => {
  expect(sh`if ${embed(sh`test -e ${'a b'}`)}; then echo ${'$x'}; fi`).toBe(`if test -e 'a b'; then echo '$x'; fi`);
});

test('a script may stand indented in the code; the values in it keep their own indent', () => {
  const script = sh`
    if true; then
      ${embed(sh`printf %s ${'a\n    b'}`)}
    fi`;
  expect(script).toBe(`if true; then\n  printf %s 'a\n    b'\nfi`);
  expect(shell(script)).toBe('a\n    b');
});
