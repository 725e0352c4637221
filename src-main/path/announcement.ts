import { elsewhere, l2Advertisements, poolOf } from '../cluster/l2-advertisements.ts';
import type { L2Status } from '../cluster/l2-statuses.ts';
import type { ClusterNode } from '../cluster/nodes.ts';
import { controlPlane } from '../lab/lab.ts';
import { lanDevice } from './node-network.ts';
import { objectEvidence, type PathFacts, type Quote, type Seen } from './path-facts.ts';
import type { Service } from '../cluster/services.ts';
import type { Reader } from './read-facts.ts';
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
      en: `No Service in the cluster has ${address}.`,
      ja: `${address} を持つ Service がクラスターにない。`,
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
    const wrong = atOtherInterfaces(facts, service, status);
    if (wrong) return { kind: 'nobody', ...wrong };
    return { kind: 'node', node: status.node, evidence: objectEvidence(statuses, [status], 'status') };
  }
  return { kind: 'nobody', ...whyNobody(facts, service) };
}

interface Why {
  readonly stop: Stop;
  readonly evidence: readonly Quote[];
}

/** How MetalLB announces, asked only where its speakers do not say that they do so on the LAN. */
export async function readAdvertisements(
  reader: Reader,
  facts: PathFacts,
  address: string | undefined,
): Promise<PathFacts['advertisements']> {
  const announced = address === undefined ? undefined : announcementOf(facts, address);
  const because = announced?.kind === 'nobody' ? announced.stop.because : undefined;
  if (because !== 'no-speaker' && because !== 'wrong-interface') return undefined;
  const found = await reader.read(controlPlane(facts.lab).name, l2Advertisements);
  return found?.value && { ...found, value: found.value };
}

/** Where a speaker announces, but not by the interface of its node on the LAN. */
function atOtherInterfaces(
  facts: PathFacts,
  { namespace, name, source }: Seen<Service>,
  status: Seen<L2Status>,
): Why | undefined {
  const { node = '', interfaces } = status;
  const found = facts.nodes.get(node);
  const device = found ? lanDevice(found) : '';
  if (interfaces.length === 0 || device === '' || interfaces.includes(device)) return undefined;
  const named = interfaces.join(', ');
  const sentence = {
    en: `${namespace}/${name} has the address, but ${node} announces it only on ${named}, and is on the LAN through ${device}.`,
    ja: `${namespace}/${name} にアドレスはあるが、${node} は ${named} でだけ広告し、LAN 側は ${device} である。`,
  };
  const evidence = [
    ...objectEvidence(facts.cluster.statuses, [status], 'status'),
    ...advertised(facts, source).evidence,
  ];
  return { stop: { cause: 'nobody-announces', because: 'wrong-interface', sentence }, evidence };
}

/** The L2Advertisements for the address of a Service that name no interface by which a node that may announce is on the LAN. */
function advertised({ advertisements, nodes, cluster }: PathFacts, service: string) {
  const excluded = new Set(cluster.nodes?.value.filter(isExcluded).map(({ name }) => name));
  const devices = [...nodes.values()].filter(({ name }) => !excluded.has(name)).map(lanDevice);
  const isKnown = advertisements && devices.every((device) => device !== '');
  const wrong = isKnown ? elsewhere(advertisements.value, poolOf(JSON.parse(service)), new Set(devices)) : [];
  return { wrong, evidence: wrong.length > 0 ? objectEvidence(advertisements, wrong, 'spec') : [] };
}

function isExcluded({ labels }: Pick<ClusterNode, 'labels'>): boolean {
  return labels[EXCLUDED] !== undefined;
}

function whyNobody(facts: PathFacts, service: Seen<Service>): Why {
  const { cluster } = facts;
  const { namespace, name, local } = service;
  const slices = cluster.slices?.value.filter((slice) => slice.namespace === namespace && slice.service === name) ?? [];
  const ready = slices.flatMap(({ endpoints }) => endpoints).filter((endpoint) => endpoint.ready);
  const nodes = cluster.nodes?.value ?? [];
  const allowed = nodes.filter((node) => !isExcluded(node));
  const withPod = allowed.filter((node) => ready.some((endpoint) => endpoint.node === node.name));
  const stop = (because: NonNullable<Stop['because']>, en: string, ja: string): Stop => ({
    cause: 'nobody-announces',
    because,
    sentence: { en: `${namespace}/${name} ${en}`, ja: `${namespace}/${name} ${ja}` },
  });
  const slicesSay = objectEvidence(cluster.slices, slices, 'endpoints');
  if (ready.length === 0) {
    const sentence = stop('no-endpoints', 'has no ready endpoint.', 'に Ready なエンドポイントがない。');
    return { stop: sentence, evidence: slicesSay };
  }
  if (nodes.length > 0 && allowed.length === 0) {
    const sentence = stop(
      'control-plane-label',
      `has the address, but every node has the label ${EXCLUDED}.`,
      `にアドレスはあるが、どのノードにもラベル ${EXCLUDED} が付いている。`,
    );
    return { stop: sentence, evidence: objectEvidence(cluster.nodes, nodes, 'metadata.labels') };
  }
  if (local && withPod.length === 0) {
    const sentence = stop(
      'local-without-pod',
      'has externalTrafficPolicy: Local, and no node that may announce it has a ready pod of it.',
      'は externalTrafficPolicy: Local だが、広告してよいノードに Ready な Pod がない。',
    );
    const policy = objectEvidence(cluster.services, [service], 'spec.externalTrafficPolicy');
    return { stop: sentence, evidence: [...slicesSay, ...policy] };
  }
  const { wrong, evidence } = advertised(facts, service.source);
  if (wrong.length > 0) {
    const which = wrong.map((one) => `${one.namespace}/${one.name}`).join(', ');
    const named = [...new Set(wrong.flatMap(({ interfaces }) => interfaces))].join(', ');
    const sentence = stop(
      'wrong-interface',
      `has the address, but the L2Advertisement ${which} announces it only on ${named}, and no node is on the LAN through it.`,
      `にアドレスはあるが、L2Advertisement ${which} は ${named} でだけ広告し、それはどのノードの LAN 側でもない。`,
    );
    return { stop: sentence, evidence };
  }
  const sentence = stop('no-speaker', 'is not announced by any speaker.', 'を広告している speaker がない。');
  return { stop: sentence, evidence: objectEvidence(cluster.statuses, []) };
}
