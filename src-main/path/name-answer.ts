import { clusterDomain } from '../cluster/corefile-zone.ts';
import type { PathEvidence } from '../contract/path.ts';
import { isInZone, zoneAddress } from './known.ts';
import { evidenceOf, objectEvidence, type PathFacts } from './path-facts.ts';

/** What CoreDNS has for a name, and what says so. */
export type NameAnswer =
  | { readonly kind: 'address'; readonly address: string; readonly evidence: readonly PathEvidence[] }
  | { readonly kind: 'nothing'; readonly evidence: readonly PathEvidence[] }
  /** It is in none of CoreDNS's zones: another name server is asked. */
  | { readonly kind: 'elsewhere'; readonly evidence: readonly PathEvidence[] };

/** From the lab's zone in the Corefile, and of a Service's own name from the Service. */
export function nameAnswer(facts: PathFacts, name: string): NameAnswer {
  const { corefile, services } = facts.cluster;
  if (isInZone(name, facts.lab.dns.zone)) {
    const address = zoneAddress(facts, name);
    const evidence = evidenceOf(corefile, name);
    return address === undefined ? { kind: 'nothing', evidence } : { kind: 'address', address, evidence };
  }
  const domain = clusterDomain(corefile?.value ?? '');
  if (domain === undefined || !isInZone(name, domain)) {
    return { kind: 'elsewhere', evidence: evidenceOf(corefile, 'forward') };
  }
  const service = services?.value.find((one) => name === `${one.name}.${one.namespace}.svc.${domain}`);
  const evidence = objectEvidence(services, service ? [service] : [], 'spec');
  const address = service?.clusterAddress;
  return address === undefined ? { kind: 'nothing', evidence } : { kind: 'address', address, evidence };
}
