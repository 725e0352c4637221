import { inject, type InjectionKey } from 'vue';
import type { TopologyElement } from '../../../../src-main/contract/topology.ts';

/** A value in the picture whose source is asked for. */
export interface Asked {
  readonly element: TopologyElement;
  /** The field it stands in: it may have a source of its own. */
  readonly field: string;
  readonly value: string;
  /** Name of the node in whose card it stands, where the element is not that node's own. */
  readonly node?: string | undefined;
}

export type ShowEvidence = (asked: Asked) => void;

export const evidenceKey: InjectionKey<ShowEvidence> = Symbol('evidence');

/** Opens the command and the line that a value came from. */
export function useEvidence(): ShowEvidence {
  const show = inject(evidenceKey);
  if (!show) throw new Error('a value of the picture is inside the picture');
  return show;
}

/** Id of the source of a field; null: it stands in the lab file. */
export function sourceOf({ element, field }: Asked): string | null {
  return element.sources?.[field] ?? element.source;
}
