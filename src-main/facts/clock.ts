import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import type { Output } from '../machines/machine.ts';

/** Answered with the seconds since 1970 by the machine's clock. */
export const READ_CLOCK = sh`date -u +%s`;

/** Seconds since 1970 by the machine's clock. */
export const clock: Fact<number> = {
  id: 'clock',
  command: READ_CLOCK,
  parse({ stdout }) {
    const seconds = Number(/^\d{9,12}$/.exec(stdout.trim())?.[0]);
    if (Number.isNaN(seconds)) throw new Error(`not a time: ${stdout.trim()}`);
    return seconds;
  },
};

/** Seconds by which a machine's clock is behind this computer's, to within one; negative: ahead; NaN: not understood. */
export function clockBehind({ stdout, at }: Pick<Output, 'stdout' | 'at'>): number {
  return Math.round(at / 1000 - Number(/^\d+$/.exec(stdout.trim())?.[0]));
}
