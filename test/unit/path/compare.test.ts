import { describe, expect, it } from 'vitest';
import { stopCauses, type PathEnd } from '../../../src-main/contract/path.ts';
import { compareEnds } from '../../../src-main/path/compare.ts';
import { stopped } from '../../../src-main/path/stops.ts';

const sentence = { en: 'Nobody on the LAN has it.', ja: 'LAN の誰も持たない。' };
const ground = { basis: { kind: 'predicted', reason: sentence }, evidence: [] } as const;
const answered: PathEnd = { status: 'answered', ...ground, sentence, evidence: [] };

describe('a stop that was predicted and did not happen', () => {
  it.each(stopCauses)('%s: no change is named as its reason, for no line shows one', (cause) => {
    const [difference] = compareEnds(stopped({ cause, sentence }, null, ground), answered);
    expect(difference?.explanation.en).toBe(
      'By the facts: Nobody on the LAN has it. The request ended otherwise, and no line says why.',
    );
    expect(difference?.explanation.ja).toContain(sentence.ja);
  });

  it('is no difference where it did, nor where the end is not known', () => {
    const stop = stopped({ cause: 'timeout', sentence }, null, ground);
    expect(compareEnds(stop, stop)).toEqual([]);
    expect(compareEnds(stop, { status: 'unknown', sentence })).toEqual([]);
  });
});
