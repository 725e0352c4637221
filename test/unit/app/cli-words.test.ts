import { expect, test } from 'vitest';
import { cliWords } from '../../../src-main/app/cli-words.ts';

test.each([
  [
    ['app', '--no-sandbox', '--cli', '--', 'up', '--cli', '--', 'x'],
    ['up', '--cli', '--', 'x'],
  ],
  [['app', '--cli', '--'], []],
  [['app', '--cli', 'up'], undefined],
  [['app', '--', '--cli', '--'], undefined],
  [['app'], undefined],
])('%j means %j', (argv, words) => {
  expect(cliWords(argv)).toEqual(words);
});
