import ipaddr from 'ipaddr.js';
import type { ElementOf } from '../contract/topology.ts';
import type { ServiceChain } from '../facts/service-chains.ts';
import type { Lab } from '../lab/lab.ts';
import { idOf } from './ids.ts';
import type { Readings } from './readings.ts';

/** What kube-proxy has written into each node's kernel for the Services that the lab is about. */
export function chainElements({ lab, machines }: Readings): readonly ElementOf<'chain'>[] {
  const matters = mattersIn(lab);
  return lab.nodes.flatMap(({ name: node }) => {
    const read = machines.get(node)?.['service-chains'];
    return (read?.value ?? []).filter(matters).map(({ service, match, protocol, chains, endpoints }) => {
      const [namespace = '', name = ''] = service.split('/');
      return {
        kind: 'chain',
        id: idOf.chain(node, match, protocol),
        source: read?.source.id ?? null,
        node,
        service: idOf.service(namespace, name),
        match,
        protocol,
        chains: [...chains],
        endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
      };
    });
  });
}

/** Every way in from outside; inside the cluster, the Services of the app and of the cluster's DNS. */
function mattersIn({ app, kubernetes }: Lab): (chain: ServiceChain) => boolean {
  const namespaces = new Set(app.environments.map(({ name }) => name));
  return ({ service, match }) =>
    !isIn(match.split(':')[0] ?? '', kubernetes.serviceCidr) ||
    namespaces.has(service.split('/')[0] ?? '') ||
    service === 'kube-system/kube-dns';
}

function isIn(address: string, cidr: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).match(ipaddr.parseCIDR(cidr));
}
