import { expect, it } from 'vitest';
import { agreementOf } from '../../../src-main/contract/path-words.ts';
import type { Hop, Path } from '../../../src-main/contract/path.ts';

/** A path whose request was answered, with hops on these layers, each observed. */
function answered(layers: readonly Hop['layer'][]): Pick<Path, 'differences' | 'end' | 'legs'> {
  const hops = layers.map((layer) => ({ layer, basis: { kind: 'observed' }, branches: [], machine: 'k8s-worker1' }));
  return {
    differences: [],
    end: { status: 'answered', basis: { kind: 'observed' }, sentence: { en: '', ja: '' }, evidence: [] },
    legs: [{ kind: 'request', hops: hops as unknown as Hop[] }],
  };
}

it('a path with a hole before the response is not called as predicted', () => {
  expect(agreementOf(answered(['link', 'kernel']))?.en).toContain('this does not confirm the prediction');
  expect(agreementOf(answered(['link', 'kernel', 'app']))?.en).toBe(agreementOf(answered(['link', 'gateway']))?.en);
  expect(agreementOf(answered(['link', 'kernel', 'app']))?.en).not.toContain('does not confirm');
});
