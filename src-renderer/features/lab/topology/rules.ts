import type { ElementOf } from '../../../../src-main/contract/topology.ts';

/** A Service as the kernel has it: what it matches on every node, and where it leads. Never a box. */
export interface ServiceRule {
  readonly key: string;
  readonly service: ElementOf<'service'>;
  /** `192.168.2.200:80`, `:30080` */
  readonly match: string;
  readonly protocol: string;
  readonly ready: number;
  readonly all: number;
  /** EXTERNAL-IP is still asked for. */
  readonly pending: boolean;
}

/** The rules that let somebody outside in, those of the VIP first. */
export function rulesOf(services: readonly ElementOf<'service'>[]): ServiceRule[] {
  return services.flatMap(rulesOfService).sort((one, other) => rank(one) - rank(other));
}

function rulesOfService(service: ElementOf<'service'>): ServiceRule[] {
  const { endpoints, externalAddresses, type, name, namespace } = service;
  const common = { service, ready: endpoints.filter(({ ready }) => ready).length, all: endpoints.length };
  const rule = (match: string, protocol: string, pending = false): ServiceRule => ({
    ...common,
    key: `${namespace}/${name} ${match} ${protocol}`,
    match,
    protocol,
    pending,
  });
  return service.ports.flatMap(({ port, nodePort, protocol }) => [
    ...externalAddresses.map((address) => rule(`${address}:${port}`, protocol)),
    ...(type === 'LoadBalancer' && externalAddresses.length === 0 ? [rule(`<pending>:${port}`, protocol, true)] : []),
    ...(nodePort === null ? [] : [rule(`*:${nodePort}`, protocol)]),
  ]);
}

function rank({ match, pending }: ServiceRule): number {
  if (pending) return 1;
  return match.startsWith('*') ? 2 : 0;
}
