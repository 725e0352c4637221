import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shown, shownJson } from '../../../src-main/contract/shown.ts';

const OBEYED = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const anything = fc.string({ unit: 'binary' });

it('control characters and what reorders text are shown as escapes that a person can read', () => {
  expect(shown('\u001b]52;c;aGk=\u0007')).toBe('\\x1b]52;c;aGk=\\x07');
  expect(shown('safe\u202eexe.\u2066\u200f\ufeff\u061c')).toBe('safe\\u202eexe.\\u2066\\u200f\\ufeff\\u061c');
  expect(shown('90 %\r100 %\u009b2J\u007f\u{e0041}')).toBe('90 %\\x0d100 %\\x9b2J\\x7f\\u{e0041}');
});

it('lines, tabs and every language stay as they are', () => {
  const text = 'Pod ネットワーク\t✓ über naïve 👍\n次の行';
  expect(shown(text)).toBe(text);
});

it('nothing that a terminal obeys comes through', () => {
  fc.assert(fc.property(anything, (text) => !OBEYED.test(shown(text))));
});

it('JSON means the same, and no terminal obeys it', () => {
  expect(shownJson('\u001b[2J\u009b2J\u007f\u202e\u{e0041}')).toBe('"\\u001b[2J\\u009b2J\\u007f\\u202e\\udb40\\udc41"');
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const json = shownJson(value);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(OBEYED.test(json)).toBe(false);
    }),
  );
});
