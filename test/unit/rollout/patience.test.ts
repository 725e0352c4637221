import { expect, test } from 'vitest';
import { patienceAfter } from '../../../src-main/rollout/patience.ts';

const MINUTE = 60_000;

test.each([
  ['30.50 55.01', 19.5 * MINUTE - 500, 'just booted'],
  ['1080.00 2000.00', 5 * MINUTE, 'eighteen minutes ago'],
  ['864000.12 1700000.00', 5 * MINUTE, 'days ago'],
  ['', 5 * MINUTE, 'unknown'],
  ['cat: /proc/uptime: Permission denied', 5 * MINUTE, 'unknown as well'],
  ['-3.2 1.0', 5 * MINUTE, 'no number of seconds'],
])('an API server is waited for as its node has been up: %j', (uptime, milliseconds) => {
  expect(patienceAfter(uptime)).toBe(milliseconds);
});
