import { readCatalogue } from '../../src-main/bundle/catalogue.ts';
import type { Lab } from '../../src-main/lab/lab.ts';
import { parseLab, type ParseLabOptions } from '../../src-main/lab/parse-lab.ts';
import { formatProblem, type Problem } from '../../src-main/lab/problem.ts';

export const options: ParseLabOptions = { file: '/labs/lab.yaml', catalogue: readCatalogue(), home: '/home/taro' };

const smallest = [
  'lab: shortener',
  'nodes:',
  '  - { name: k8s-master, role: control-plane, address: 192.168.2.10 }',
  '  - { name: k8s-worker1, role: worker, address: 192.168.2.11 }',
  '  - { name: k8s-worker2, role: worker, address: 192.168.2.12 }',
  'ssh: { user: lab }',
  'loadBalancer: { pool: 192.168.2.200-192.168.2.250 }',
  'source: { bundle: ./bundle }',
];

/** The smallest lab file with three nodes, eight lines, with some lines (1-based) written otherwise or, from line 9 on, added. */
export function labText(lines: Readonly<Record<number, string>> = {}): string {
  const all = [...smallest];
  for (const [line, text] of Object.entries(lines)) all[Number(line) - 1] = text;
  return `${all.join('\n')}\n`;
}

/** What asks for every stage that a lab may have, as a line of its own. */
export const EVERY_STAGE =
  'optional: { trafficSplit: { weight: 20 }, headerRouting: true, tls: { trustOnClient: true }, kubeProxyMode: nftables }';

/** The problems of a text, none when it is a lab. */
export function problemsOf(text: string, changed: Partial<ParseLabOptions> = {}): readonly Problem[] {
  const parsed = parseLab(text, { ...options, ...changed });
  return 'problems' in parsed ? parsed.problems : [];
}

/** The problems as the command line prints them, without the file's name. */
export function sentences(problems: readonly Problem[]): string[] {
  return problems.map((problem) => formatProblem(problem, 'en', '').replace(/^:/, ''));
}

/** The lab of a text. @throws Error with the problems when there are some */
export function labOf(text: string, changed: Partial<ParseLabOptions> = {}): Lab {
  const parsed = parseLab(text, { ...options, ...changed });
  if ('problems' in parsed) throw new Error(sentences(parsed.problems).join('\n'));
  return parsed.lab;
}
