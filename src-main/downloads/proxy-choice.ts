import ipaddr from 'ipaddr.js';

export interface Proxies {
  /** For https addresses: `http://USER:PASSWORD@HOST:PORT`, or https. */
  readonly proxy?: string | undefined;
  /** For http addresses. */
  readonly httpProxy?: string | undefined;
  /** What is reached without one, as in NO_PROXY: hosts, suffixes, `HOST:PORT`, addresses, CIDRs, `*`; between commas or spaces. */
  readonly noProxy?: string | undefined;
}

/** The proxy that leads to an address; undefined where none does. This computer itself is never asked through one. */
export function proxyFor(url: URL, { proxy, httpProxy, noProxy }: Proxies): string | undefined {
  return isDirect(url, noProxy) ? undefined : url.protocol === 'https:' ? proxy : httpProxy;
}

/** Whether an address is reached without a proxy, whatever proxy there is. */
export function isDirect(url: URL, noProxy = ''): boolean {
  return isLoopback(url) || isExcepted(url, noProxy);
}

/** `localhost`, or an address of this computer alone. */
export function isLoopback(url: URL): boolean {
  const host = plainHost(url.hostname);
  return host === 'localhost' || host.endsWith('.localhost') || addressOf(host)?.range() === 'loopback';
}

function isExcepted(url: URL, noProxy: string): boolean {
  const host = plainHost(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && fits(entry, host, port));
}

function fits(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(entry, host);
  const [name, wanted] = splitPort(entry);
  if (wanted !== undefined && wanted !== port) return false;
  const address = addressOf(name);
  if (address) return addressOf(host)?.toNormalizedString() === address.toNormalizedString();
  const suffix = name.replace(/^\*?\./, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

/** `HOST:PORT`, `[ADDRESS]:PORT`, or without a port; an IPv6 address may stand without brackets. */
function splitPort(entry: string): [name: string, port: string | undefined] {
  if (ipaddr.isValid(entry)) return [entry, undefined];
  const end = /:(\d{1,5})$/.exec(entry);
  return [plainHost(end ? entry.slice(0, end.index) : entry), end?.[1]];
}

function inNetwork(network: string, host: string): boolean {
  const address = addressOf(host);
  if (!address || !ipaddr.isValidCIDR(network)) return false;
  const [base, bits] = ipaddr.parseCIDR(network);
  return base.kind() === address.kind() && address.match(base, bits);
}

/** IPv4 in IPv6 is IPv4. */
function addressOf(host: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (!ipaddr.isValid(host) || (!host.includes(':') && !/^\d+\.\d+\.\d+\.\d+$/.test(host))) return undefined;
  return ipaddr.process(host);
}

function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
