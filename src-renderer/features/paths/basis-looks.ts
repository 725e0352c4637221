import { BookOpen, CircleDashed, Eye } from '@lucide/vue';
import type { Component } from 'vue';
import type { Basis } from '../../../src-main/contract/path.ts';

/** How it shows what a hop is known by: solid was observed, dotted read, dashed predicted. */
interface BasisLook {
  readonly icon: Component;
  readonly badge: string;
  readonly border: string;
  /** Of a stroke; undefined: solid. */
  readonly dashes: string | undefined;
}

export const basisLooks: Readonly<Record<Basis['kind'], BasisLook>> = {
  observed: { icon: Eye, badge: 'border-ok/60 text-ok', border: 'border-solid', dashes: undefined },
  read: { icon: BookOpen, badge: 'border-dotted border-edge text-ink-soft', border: 'border-dotted', dashes: '2 3' },
  predicted: {
    icon: CircleDashed,
    badge: 'border-dashed border-edge text-ink-soft',
    border: 'border-dashed',
    dashes: '5 4',
  },
};
