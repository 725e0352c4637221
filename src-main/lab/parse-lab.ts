import type { Catalogue } from '../bundle/catalogue.ts';
import { readDraft } from './draft.ts';
import { valueAt } from './finding.ts';
import type { Lab } from './lab.ts';
import type { LabDisk } from './lab-disk.ts';
import { readLabDocument } from './lab-document.ts';
import { labFileSchema } from './lab-file-schema.ts';
import { labPaths } from './absolute-paths.ts';
import { missingUser } from './missing-user.ts';
import type { Problem } from './problem.ts';
import { resolveLab } from './resolve-lab.ts';
import { rules } from './rules/index.ts';
import { schemaFindings } from './schema-findings.ts';
import type { Aliases } from './ssh-config/find-aliases.ts';
import { withVmNodes } from './vm-nodes.ts';
import { takeAliases } from './ssh-config/take-aliases.ts';

export interface ParseLabOptions {
  /** Path of the lab file: paths in it are relative to its folder. */
  readonly file: string;
  readonly catalogue: Catalogue;
  /** Absolute path of the user's home folder. */
  readonly home: string;
  /** Where the files that the lab file names are looked up; without it they are not. */
  readonly disk?: LabDisk;
  /** What the aliases in it stand for; without it an address is an IPv4 address. */
  readonly aliases?: Aliases | undefined;
}

export type ParsedLab = { readonly lab: Lab } | { readonly problems: readonly Problem[] };

/** The lab that a text describes, or all that is wrong with it in the text's order. Never throws. */
export function parseLab(
  text: string,
  { file, catalogue, home, disk, aliases = new Map() }: ParseLabOptions,
): ParsedLab {
  const document = readLabDocument(text);
  if ('problems' in document) return document;
  const paths = labPaths(file, home);
  const vms = withVmNodes(document.value);
  const { value, taken, findings: unusable } = takeAliases(vms.value, aliases);
  const parsed = labFileSchema.safeParse(value);
  const draft = readDraft(value);
  const findings = [
    ...vms.findings,
    ...unusable,
    ...schemaFindings(parsed.success ? [] : parsed.error.issues, value).filter(
      ({ path }) =>
        !(path.length === 1 && vms.explained.includes(String(path[0])) && valueAt(value, path) === undefined),
    ),
    ...missingUser(value),
    ...rules.flatMap((rule) => rule(draft, { catalogue, paths, disk })),
  ];
  const problems = [...document.duplicates, ...findings.map((finding) => document.place(finding))];
  if (!parsed.success || problems.length > 0) return { problems: inFileOrder(problems) };
  return { lab: resolveLab(parsed.data, { paths, disk, taken, defaultVersion: catalogue.default }) };
}

function inFileOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}
