import { corefileAnswer } from '../cluster/corefile-answer.ts';
import type { PathEvidence } from '../contract/path.ts';
import { evidenceOf, objectEvidence, quoted, type PathFacts } from './path-facts.ts';

/** What CoreDNS has for a name, and what says so. */
export type NameAnswer =
  | { readonly kind: 'address'; readonly address: string; readonly evidence: readonly PathEvidence[] }
  | { readonly kind: 'nothing'; readonly evidence: readonly PathEvidence[] }
  /** It is in none of CoreDNS's zones: another name server is asked. */
  | { readonly kind: 'elsewhere'; readonly evidence: readonly PathEvidence[] }
  /** A plugin of a zone answers, and the Corefile does not say what. */
  | {
      readonly kind: 'plugin';
      readonly zone: string;
      readonly plugin: string;
      readonly evidence: readonly PathEvidence[];
    }
  /** The Corefile was not read. */
  | { readonly kind: 'unread'; readonly evidence: readonly PathEvidence[] };

/** From the Corefile, and of a Service's own name from the Service. */
export function nameAnswer(facts: PathFacts, name: string): NameAnswer {
  const { corefile } = facts.cluster;
  if (!corefile) return { kind: 'unread', evidence: [] };
  const answer = corefileAnswer(corefile.value, name);
  if (answer.kind === 'cluster') return ofService(facts, name, answer);
  const asStated = corefile.text.split('\n').filter((line) => answer.lines.includes(line.trim()));
  const evidence = [quoted(corefile, asStated)];
  if (answer.kind === 'address') return { kind: 'address', address: answer.address, evidence };
  if (answer.kind === 'nothing') return { kind: 'nothing', evidence };
  const { zone, plugin } = answer;
  if (zone === '.' && plugin === 'forward') return { kind: 'elsewhere', evidence: evidenceOf(corefile, 'forward') };
  return { kind: 'plugin', zone, plugin, evidence };
}

function ofService(
  { cluster: { services, corefile } }: PathFacts,
  name: string,
  { domain, fallsThrough }: { readonly domain: string; readonly fallsThrough: boolean },
): NameAnswer {
  const service = services?.value.find((one) => name === `${one.name}.${one.namespace}.svc.${domain}`);
  const evidence = objectEvidence(services, service ? [service] : [], 'spec');
  const address = service?.clusterAddress;
  if (address !== undefined) return { kind: 'address', address, evidence };
  if (!fallsThrough) return { kind: 'nothing', evidence };
  return { kind: 'plugin', zone: domain, plugin: 'kubernetes', evidence: evidenceOf(corefile, 'kubernetes') };
}
