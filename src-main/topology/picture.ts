import type { TopologyElement } from '../contract/topology.ts';
import { clientElements } from './client-elements.ts';
import { clusterElements } from './cluster-elements.ts';
import { filterElements } from './filter-elements.ts';
import { nameElements } from './name-elements.ts';
import { nodeElements } from './node-elements.ts';
import type { Readings } from './readings.ts';

/** The picture of a lab, made of nothing but what was read. What was not read is null, or not there. */
export function picture(readings: Readings): readonly TopologyElement[] {
  return [
    ...clientElements(readings),
    ...nodeElements(readings),
    ...clusterElements(readings),
    ...filterElements(readings),
    ...nameElements(readings),
  ];
}

/** A picture in a form that is cheap to compare: each element by its id, with its text. */
export type Fingerprints = ReadonlyMap<string, { readonly element: TopologyElement; readonly text: string }>;

export interface Difference {
  readonly changed: readonly TopologyElement[];
  readonly removed: readonly string[];
  readonly after: Fingerprints;
}

/** What is different from an earlier picture. */
export function difference(before: Fingerprints, elements: readonly TopologyElement[]): Difference {
  const after: Fingerprints = new Map(
    elements.map((element) => {
      const known = before.get(element.id);
      // most are the very same: they are not written out again
      return [element.id, known?.element === element ? known : { element, text: JSON.stringify(element) }];
    }),
  );
  return {
    changed: elements.filter(({ id }) => before.get(id)?.text !== after.get(id)?.text),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    after,
  };
}
