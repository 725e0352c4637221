import type { TopologyElement } from '../contract/topology.ts';
import { chainElements } from './chain-elements.ts';
import { clientElements } from './client-elements.ts';
import { clusterElements } from './cluster-elements.ts';
import { nameElements } from './name-elements.ts';
import { nodeElements } from './node-elements.ts';
import type { Readings } from './readings.ts';

/** The picture of a lab, made of nothing but what was read. What was not read is null, or not there. */
export function picture(readings: Readings): readonly TopologyElement[] {
  return [
    ...clientElements(readings),
    ...nodeElements(readings),
    ...clusterElements(readings),
    ...chainElements(readings),
    ...nameElements(readings),
  ];
}

/** A picture in a form that is cheap to compare: each element by its id, as text. */
export type Fingerprints = ReadonlyMap<string, string>;

export interface Difference {
  readonly changed: readonly TopologyElement[];
  readonly removed: readonly string[];
  readonly after: Fingerprints;
}

/** What is different from an earlier picture. */
export function difference(before: Fingerprints, elements: readonly TopologyElement[]): Difference {
  const after = new Map(elements.map((element) => [element.id, JSON.stringify(element)]));
  return {
    changed: elements.filter(({ id }) => before.get(id) !== after.get(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    after,
  };
}
