import { objectEvidence, type PathFacts, type Quote, type Seen } from './path-facts.ts';
import type { Service } from '../cluster/services.ts';
import type { ServicePolicy } from '../cluster/service-policy.ts';
import type { Stop } from './stops.ts';

/** Who answers ARP for an address on the LAN, as MetalLB says; or why nobody does. */
export type Announcement =
  | { readonly kind: 'node'; readonly node: string; readonly evidence: readonly Quote[] }
  | { readonly kind: 'nobody'; readonly stop: Stop; readonly evidence: readonly Quote[] };

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** The announcement of an address that is no machine's own. */
export function announcementOf(facts: PathFacts, address: string): Announcement {
  const { services, statuses } = facts.cluster;
  const service = services?.value.find(({ externalAddresses }) => externalAddresses.includes(address));
  if (!service) {
    const sentence = {
      en: `No Service of the cluster has ${address}.`,
      ja: `${address} を持つ Service がクラスタにない。`,
    };
    return {
      kind: 'nobody',
      stop: { cause: 'nobody-announces', sentence },
      evidence: objectEvidence(services, []),
    };
  }
  const status = statuses?.value.find(
    ({ service: of }) => of.namespace === service.namespace && of.name === service.name,
  );
  if (status?.node !== undefined) {
    return { kind: 'node', node: status.node, evidence: objectEvidence(statuses, [status], 'status') };
  }
  return { kind: 'nobody', ...whyNobody(facts, service) };
}

function whyNobody(
  { cluster }: PathFacts,
  service: Seen<Service & ServicePolicy>,
): { stop: Stop; evidence: readonly Quote[] } {
  const { namespace, name, local } = service;
  const slices = cluster.slices?.value.filter((slice) => slice.namespace === namespace && slice.service === name) ?? [];
  const ready = slices.flatMap(({ endpoints }) => endpoints).filter((endpoint) => endpoint.ready);
  const nodes = cluster.nodes?.value ?? [];
  const allowed = nodes.filter(({ labels }) => labels[EXCLUDED] === undefined);
  const withPod = allowed.filter((node) => ready.some((endpoint) => endpoint.node === node.name));
  const stop = (because: NonNullable<Stop['because']>, en: string, ja: string): Stop => ({
    cause: 'nobody-announces',
    because,
    sentence: { en: `${namespace}/${name} ${en}`, ja: `${namespace}/${name} ${ja}` },
  });
  const slicesSay = objectEvidence(cluster.slices, slices, 'endpoints');
  if (ready.length === 0) {
    return {
      stop: stop('no-endpoints', 'has no ready endpoint.', 'に Ready なエンドポイントがない。'),
      evidence: slicesSay,
    };
  }
  if (nodes.length > 0 && allowed.length === 0) {
    const sentence = stop(
      'control-plane-label',
      `has its address, but each node carries the label ${EXCLUDED}.`,
      `にアドレスはあるが、どのノードにもラベル ${EXCLUDED} が付いている。`,
    );
    return { stop: sentence, evidence: objectEvidence(cluster.nodes, nodes, 'metadata.labels') };
  }
  if (local && withPod.length === 0) {
    const sentence = stop(
      'local-without-pod',
      'is externalTrafficPolicy: Local, and no node that may announce runs a ready pod of it.',
      'は externalTrafficPolicy: Local だが、広告してよいノードに Ready な Pod がない。',
    );
    return {
      stop: sentence,
      evidence: [...slicesSay, ...objectEvidence(cluster.services, [service], 'spec.externalTrafficPolicy')],
    };
  }
  const sentence = stop('no-speaker', 'is announced by no speaker.', 'を広告している speaker がない。');
  return { stop: sentence, evidence: objectEvidence(cluster.statuses, []) };
}
