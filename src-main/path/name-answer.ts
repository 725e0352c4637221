import { corefileAnswer } from '../cluster/corefile-answer.ts';
import { escapedLines, jsonEntry } from '../facts/json-entries.ts';
import { objectEvidence, quoted, type Answered, type PathFacts, type Quote } from './path-facts.ts';

/** What CoreDNS has for a name, and what says so. */
export type NameAnswer =
  | { readonly kind: 'address'; readonly address: string; readonly evidence: readonly Quote[] }
  | { readonly kind: 'nothing'; readonly evidence: readonly Quote[] }
  /** It is in none of CoreDNS's zones: another name server is asked. */
  | { readonly kind: 'elsewhere'; readonly evidence: readonly Quote[] }
  /** A plugin of a zone answers, and the Corefile does not say what. */
  | {
      readonly kind: 'plugin';
      readonly zone: string;
      readonly plugin: string;
      readonly evidence: readonly Quote[];
    }
  /** The Corefile was not read. */
  | { readonly kind: 'unread'; readonly evidence: readonly Quote[] };

/** From the Corefile, and of a Service's own name from the Service. */
export function nameAnswer(facts: PathFacts, name: string): NameAnswer {
  const { corefile } = facts.cluster;
  if (!corefile) return { kind: 'unread', evidence: [] };
  const answer = corefileAnswer(corefile.value, name);
  const stated = corefileLines(corefile);
  const evidence = [
    quoted(
      corefile,
      answer.lines.map((line) => stated[line] ?? ''),
    ),
  ];
  if (answer.kind === 'cluster') return ofService(facts, name, { ...answer, evidence });
  if (answer.kind === 'address') return { kind: 'address', address: answer.address, evidence };
  if (answer.kind === 'nothing') return { kind: 'nothing', evidence };
  const { zone, plugin } = answer;
  if (zone === '.' && plugin === 'forward') return { kind: 'elsewhere', evidence };
  return { kind: 'plugin', zone, plugin, evidence };
}

/** The lines of the Corefile as they stand in the answer, which is JSON. */
function corefileLines({ text }: Answered): readonly string[] {
  return escapedLines(jsonEntry(text, 'items', '0', 'data', 'Corefile')?.value ?? '');
}

function ofService(
  { cluster: { services } }: PathFacts,
  name: string,
  {
    domain,
    fallsThrough,
    evidence: stated,
  }: { readonly domain: string; readonly fallsThrough: boolean; readonly evidence: readonly Quote[] },
): NameAnswer {
  const service = services?.value.find((one) => name === `${one.name}.${one.namespace}.svc.${domain}`);
  const evidence = [...stated, ...objectEvidence(services, service ? [service] : [], 'spec.clusterIP')];
  const address = service?.clusterAddress;
  if (address !== undefined) return { kind: 'address', address, evidence };
  if (!fallsThrough) return { kind: 'nothing', evidence };
  return { kind: 'plugin', zone: domain, plugin: 'kubernetes', evidence: stated };
}
