import type { EndpointSlice } from '../cluster/endpoint-slices.ts';
import { GATEWAY_LABEL, type Gateway } from '../cluster/gateways.ts';
import { isAccepted, matchWords, type HttpRoute } from '../cluster/http-routes.ts';
import type { Pod } from '../cluster/pods.ts';
import type { Service } from '../cluster/services.ts';
import type { ElementOf, TopologyElement } from '../contract/topology.ts';
import { idOf } from './ids.ts';
import { podsBehindVeths } from './node-elements.ts';
import { sourcesOf, type Readings } from './readings.ts';

/** What the API server knows: pods, Services, Gateways and their routes. */
export function clusterElements(readings: Readings): readonly TopologyElement[] {
  const { pods, services, gateways, httproutes } = readings.cluster;
  const veths = new Map([...podsBehindVeths(readings)].map(([veth, pod]) => [pod, veth]));
  const endpoints = byService(readings.cluster.endpointslices?.value ?? []);
  return [
    ...(pods?.value ?? []).map((pod) => podElement(pod, veths, readings)),
    ...(services?.value ?? []).map((service) => serviceElement(service, endpoints, readings)),
    ...(gateways?.value ?? []).map((gateway) => gatewayElement(gateway, readings)),
    ...(httproutes?.value ?? []).map((route) => routeElement(route, readings)),
  ];
}

function podElement(pod: Pod, veths: ReadonlyMap<string, string>, { cluster, machines }: Readings): ElementOf<'pod'> {
  const { namespace, name, labels, node, address, phase, ready, terminating, reason, hostNetwork } = pod;
  const id = idOf.pod(namespace, name);
  return {
    kind: 'pod',
    id,
    source: cluster.pods?.source.id ?? null,
    ...sourcesOf({ veth: machines.get(node ?? '')?.forwarding }),
    namespace,
    name,
    node: node ?? null,
    address: address ?? null,
    phase,
    ready,
    terminating,
    reason,
    hostNetwork,
    app: labels['app.kubernetes.io/name'] ?? labels['app'] ?? labels['k8s-app'] ?? null,
    veth: veths.get(id) ?? null,
  };
}

/** Endpoint slices by `namespace/name` of their Service. */
function byService(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly EndpointSlice[]> {
  const found = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    if (slice.service === undefined) continue;
    const key = `${slice.namespace}/${slice.service}`;
    found.set(key, [...(found.get(key) ?? []), slice]);
  }
  return found;
}

function serviceElement(
  { namespace, name, type, clusterAddress, externalAddresses, ports }: Service,
  slices: ReadonlyMap<string, readonly EndpointSlice[]>,
  { cluster }: Readings,
): ElementOf<'service'> {
  return {
    kind: 'service',
    id: idOf.service(namespace, name),
    source: cluster.services?.source.id ?? null,
    ...sourcesOf({ endpoints: cluster.endpointslices }),
    namespace,
    name,
    type,
    clusterAddress: clusterAddress ?? null,
    externalAddresses: [...externalAddresses],
    ports: ports.map((port) => ({ ...port, nodePort: port.nodePort ?? null })),
    endpoints: (slices.get(`${namespace}/${name}`) ?? []).flatMap(({ endpoints }) =>
      endpoints.map(({ address, ready, node, pod }) => ({
        address,
        ready,
        node: node ?? null,
        pod: pod === undefined ? null : idOf.pod(namespace, pod),
      })),
    ),
  };
}

function gatewayElement(gateway: Gateway, { cluster }: Readings): ElementOf<'gateway'> {
  const { namespace, name, listeners, addresses, programmed } = gateway;
  const pods = (cluster.pods?.value ?? []).filter(
    (pod) => pod.namespace === namespace && pod.labels[GATEWAY_LABEL] === name,
  );
  return {
    kind: 'gateway',
    id: idOf.gateway(namespace, name),
    source: cluster.gateways?.source.id ?? null,
    ...sourcesOf({ pods: cluster.pods }),
    namespace,
    name,
    class: gateway.class,
    listeners: listeners.map(({ name: listener, protocol, port, hostname = null }) => ({
      name: listener,
      protocol,
      port,
      hostname,
    })),
    addresses: [...addresses],
    programmed: programmed ?? null,
    pods: pods.map((pod) => idOf.pod(pod.namespace, pod.name)),
  };
}

function routeElement(route: HttpRoute, { cluster }: Readings): ElementOf<'route'> {
  const { namespace, name, gateways, hostnames, rules } = route;
  return {
    kind: 'route',
    id: idOf.route(namespace, name),
    source: cluster.httproutes?.source.id ?? null,
    namespace,
    name,
    gateways: gateways.map((gateway) => idOf.gateway(gateway.namespace, gateway.name)),
    hostnames: [...hostnames],
    accepted: isAccepted(route) ?? null,
    rules: rules.map(({ matches, backends }) => ({
      matches: matches.map(matchWords),
      backends: backends.map(({ port = 0, weight, ...backend }) => ({
        service: idOf.service(backend.namespace, backend.name),
        port,
        weight,
      })),
    })),
  };
}
