import { describe, expect, it } from 'vitest';
import { isTold, passagesOf, story } from '../../../src-main/contract/path-story.ts';
import { seed } from '../../../src-main/path/seed.ts';

describe('the story of a path', () => {
  it.each(Object.entries(seed))('has a passage for each place that a hop names: %s', (_, place) => {
    expect(passagesOf({ seed: place })).toHaveLength(Math.max(1, place.step.length));
  });

  it('of a hop that it does not tell of is nothing', () => {
    expect(passagesOf({ seed: null })).toEqual([]);
  });

  it('has a hop for each step, and refers to steps that there are', () => {
    const places = story.flatMap(({ section, steps }) => steps.map(({ step }) => `${section}${step}`));
    for (const { section, steps } of story) {
      for (const step of steps) {
        const { layer = 'app' } = step;
        const told = Object.values(seed).filter((place) => isTold({ seed: place, layer }, section, step));
        expect(told.length, `${section}${step.step}`).toBeGreaterThan(0);
        for (const place of step.alsoAt) expect(places).toContain(place);
      }
    }
  });

  it('tells the whole way in the order of the steps that it is made of', () => {
    const whole = story.find(({ section }) => section === '5.6')?.steps ?? [];
    expect(whole.map(({ step }) => step).join('')).toBe('①②③④⑤⑥⑦⑧⑨');
  });
});
