import type { ElementOf } from '../../../../src-main/contract/topology.ts';
import type { Asked } from './show-evidence.ts';
import type { Picture } from './shown-picture.ts';

/**
 * The target by which a client's HTTP request reaches a value of the picture: a VIP, a NodePort, a name. Undefined for what no client
 * asks for: a ClusterIP, a wildcard, a port that is also DNS's; and for HTTPS at an address, for which no certificate is.
 */
export function targetOf({ element, value }: Asked, picture: Picture): string | undefined {
  if (element.kind === 'vip') return byHttp(element.address);
  if (element.kind === 'zone') return element.server === value ? undefined : byHttp(value);
  if (element.kind === 'route') return value.includes('*') ? undefined : byHttp(value);
  if (element.kind === 'service') return byPort(value, element);
  if (element.kind !== 'chain' || element.protocol !== 'TCP') return undefined;
  return byPort(value, picture.get(element.service), element.node);
}

/** @param match `ADDRESS:PORT`, or `*:PORT` of any node */
function byPort(match: string, service: ReturnType<Picture['get']>, node?: string): string | undefined {
  if (service?.kind !== 'service') return undefined;
  const [address = '', digits] = match.split(':');
  const port = Number(digits);
  if (!asksHttp(service, port)) return undefined;
  if (address === '*') return node === undefined ? undefined : `${node}:${port}`;
  return service.externalAddresses.includes(address) ? byHttp(address, port) : undefined;
}

function asksHttp({ ports }: ElementOf<'service'>, number: number): boolean {
  const own = ports.filter(({ port, nodePort }) => port === number || nodePort === number);
  return own.length > 0 && own.every(({ protocol, port }) => protocol === 'TCP' && port !== 443);
}

function byHttp(host: string, port = 80): string {
  return port === 80 ? `http://${host}/` : `http://${host}:${port}/`;
}
