import type { Finding } from '../contract/doctor.ts';
import type { Language } from '../contract/text.ts';
import { version } from '../version.ts';

/** What a report says of Hoplab itself. */
export interface ReportHead {
  readonly hoplab: string;
  readonly node: string;
  readonly platform: string;
  /** ISO 8601. */
  readonly made: string;
}

export function reportHead(): ReportHead {
  const { platform, arch } = process;
  return { hoplab: version, node: process.version, platform: `${platform} ${arch}`, made: new Date().toISOString() };
}

const SIGNS = { ok: '✓', problem: '✗', unknown: '?' } as const;

/** A finding in one line. */
export function findingLine({ status, sentence }: Finding, language: Language): string {
  return `${SIGNS[status]} ${sentence[language]}`;
}

/** The report as a text; each finding with its commands and what they printed. */
export function reportText(head: ReportHead, findings: readonly Finding[], language: Language): string {
  const { hoplab, node, platform, made } = head;
  const parts = findings.map((finding) => {
    const { remedy, evidence } = finding;
    const shown = evidence.map(
      ({ command, stdout, stderr, exitCode }) =>
        `${indented(`$ ${command}`)}\n${indented(`${stdout}${stderr}`.trim())}\n${indented(`[${exitCode ?? '?'}]`)}`,
    );
    return [findingLine(finding, language), ...(remedy ? [`  → ${remedy[language]}`] : []), ...shown].join('\n');
  });
  return [`hoplab ${hoplab}, Node.js ${node}, ${platform}, ${made}`, ...parts].join('\n\n') + '\n';
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
