import type { Catalogue } from '../../bundle/catalogue.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';
import type { LabDisk } from '../lab-disk.ts';
import type { LabPaths } from '../absolute-paths.ts';

export interface RuleContext {
  readonly catalogue: Catalogue;
  readonly paths: LabPaths;
  /** Absent: the files that the lab file names are not looked at. */
  readonly disk: LabDisk | undefined;
}

/** One thing that the values of a lab file must be to each other, or to what is on disk. */
export type Rule = (draft: Draft, context: RuleContext) => readonly Finding[];
