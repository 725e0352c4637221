import type { ElementOf } from '../../../../src-main/contract/topology.ts';
import type { Asked } from './show-evidence.ts';
import type { Picture } from './shown-picture.ts';

/**
 * The target by which a client's HTTP request reaches a value of the picture: a VIP, a NodePort, a name. Undefined for what no client
 * asks for: a ClusterIP, a wildcard, a port that is also DNS's; and for HTTPS at an address, for which no certificate is. Of a name that
 * the lab suggests by HTTPS (`suggested`), it is that target, with what trusts the certificate.
 */
export function targetOf(asked: Asked, picture: Picture, suggested: readonly string[] = []): string | undefined {
  const { element, value, node } = asked;
  if (element.kind === 'vip') return ofVip(element, picture);
  if (element.kind === 'zone') return element.server === value ? undefined : byName(value, suggested);
  if (element.kind === 'route') return value.includes('*') ? undefined : byName(value, suggested);
  if (element.kind === 'service') return byPort(value, element, node);
  if (element.kind !== 'chain' || element.protocol !== 'TCP') return undefined;
  return byPort(value, picture.get(element.service), element.node);
}

/** By the first port of its Service that answers HTTP; port 80 where no Service is known. */
function ofVip({ address, service }: ElementOf<'vip'>, picture: Picture): string | undefined {
  const holder = service === null ? undefined : picture.get(service);
  if (holder?.kind !== 'service') return byHttp(address);
  const port = holder.ports.find(({ port }) => asksHttp(holder, port))?.port;
  return port === undefined ? undefined : byHttp(address, port);
}

function byName(host: string, suggested: readonly string[]): string {
  return suggested.find((target) => target.endsWith(`https://${host}/`)) ?? byHttp(host);
}

/** @param match `ADDRESS:PORT`, or `*:PORT` of any node */
function byPort(match: string, service: ReturnType<Picture['get']>, node: string | undefined): string | undefined {
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
