import { noAnswer } from '../facts/no-answer.ts';
import type { Printed } from '../machines/machine.ts';
import { APPLIED_LABEL, STAGE_LABEL } from './manifest.ts';

/** What kubectl's `-L` is asked for: a column for each of Hoplab's labels, STAGE and APPLIED, behind those of the kind. */
export const LABEL_COLUMNS = `${STAGE_LABEL},${APPLIED_LABEL}`;

export interface Row {
  /** The words before the labels: NAMESPACE, where all namespaces are asked, and NAME come first. */
  readonly words: readonly string[];
  /** Empty where the object has no such label. */
  readonly stage: string;
  readonly applied: string;
}

/**
 * The rows of kubectl's table, which the API server makes: an object's own content never travels, and a definition's is a
 * thousand lines. None where there is no cluster, or where kubectl says so. @throws Error for other output
 */
export function rowsOf(printed: Printed): readonly Row[] {
  const { stdout, stderr, exitCode } = printed;
  if (exitCode !== 0 || (stdout === '' && stderr.includes('No resources found'))) return [];
  const [names = '', ...rows] = stdout.trimEnd().split('\n');
  const [stage, applied] = [names.indexOf(' STAGE '), names.indexOf(' APPLIED')];
  if (!names.startsWith('NAME') || stage === -1 || applied < stage) throw noAnswer(printed);
  return rows.map((row) => ({
    words: row.slice(0, stage).trim().split(/\s+/),
    stage: row.slice(stage, applied).trim(),
    applied: row.slice(applied).trim(),
  }));
}
