import { isIPv4 } from 'node:net';
import { verbatim, type Text } from '../contract/text.ts';
import { isInZone } from '../lab/in-zone.ts';
import { addressNumber, holds, parseCidr } from '../lab/ipv4.ts';
import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/** A proxy, and where it is stated. */
export interface StatedProxy {
  /** As it is stated, without a name and password. */
  readonly proxy: string;
  /** `~/.curlrc`, `~/.config/curlrc`, or the variable of the environment: `http_proxy`. */
  readonly place: string;
  /** Of the file, counted from 1. */
  readonly line?: number;
}

/** The proxies that this computer's own curl asks. Undefined: none. */
export interface OwnProxy {
  readonly http: StatedProxy | undefined;
  readonly https: StatedProxy | undefined;
  /** What it leaves out, as it is stated. */
  readonly without: string;
}

/**
 * Sources: curl(1), and the environment in which commands start: Hoplab's own of this computer, or the one of an SSH session; Hoplab's
 * commands themselves ask no proxy. Of two files curl reads the first; no other lines of it are read, nor a name and password.
 */
export const ownProxy: Fact<OwnProxy> = {
  id: 'own-proxy',
  command: sh`
    cat /proc/$$/environ /proc/$PPID/environ 2> /dev/null | tr '\\0' '\\n' |
      grep -i '^[a-z]*_proxy=' | sed 's|//.*@|//|; s|=[^/].*@|=|; s/^/env /'
    for file in .curlrc .config/curlrc; do
      [ -r "$HOME/$file" ] || continue
      grep -nE '^[[:space:]]*(-x|(--)?((no)?proxy|proxy1\\.0|socks4a?|socks5(-hostname)?)([[:space:]=:]|$))' "$HOME/$file" |
        sed -E 's|//.*@|//|; s|^([0-9]+:[[:space:]]*-x[[:space:]"]*).*@|\\1|; s|^([0-9]+:[[:space:]]*(--)?[a-z][a-z0-9.-]*[[:space:]=:]+"?).*@|\\1|' |
        sed "s|^|~/$file:|"
      break
    done
    echo '=='`,
  parse(printed) {
    const [found, end] = printed.stdout.split(/^==\n/m);
    if (found === undefined || end === undefined) throw noAnswer(printed);
    const lines = linesOf(found, (line) => (/^(?:env |~\/)/.test(line) ? line : undefined));
    const stated = statedIn(lines);
    const variable = (...names: readonly string[]) => names.map((name) => variableOf(lines, name)).find(Boolean);
    const others = ['all_proxy', 'ALL_PROXY'];
    const environment = {
      http: variable('http_proxy', ...others), // curl does not know it in capitals
      https: variable('https_proxy', 'HTTPS_PROXY', ...others),
    };
    const proxies = stated.proxy ? { http: stated.proxy, https: stated.proxy } : environment;
    return {
      http: proxies.http?.proxy === '' ? undefined : proxies.http,
      https: proxies.https?.proxy === '' ? undefined : proxies.https,
      without: stated.without ?? variable('no_proxy', 'NO_PROXY')?.proxy ?? '',
    };
  },
};

/** What the file states: of several lines the last counts. An empty proxy is none, whatever the environment says. */
function statedIn(lines: readonly string[]): { readonly proxy?: StatedProxy; readonly without?: string } {
  let stated: ReturnType<typeof statedIn> = {};
  for (const one of lines) {
    const [, place = '', line = '', rest = ''] = /^(~\/\S*curlrc):(\d+):\s*(\S.*)$/.exec(one) ?? [];
    const option = /^(?:-x|[\w.-]+)/.exec(rest)?.[0] ?? '';
    if (option === '') continue;
    const given = rest.slice(option.length).replace(/^[\s=:]+/, '');
    const value = (given.startsWith('"') ? given.slice(1).split('"') : given.split(/\s/))[0] ?? '';
    if (option.endsWith('noproxy')) stated = { ...stated, without: value };
    else stated = { ...stated, proxy: { proxy: value, place, line: Number(line) } };
  }
  return stated;
}

/** Undefined: it is not set, or empty. */
function variableOf(lines: readonly string[], name: string): StatedProxy | undefined {
  const start = `env ${name}=`;
  const proxy = lines.find((line) => line.startsWith(start))?.slice(start.length) ?? '';
  return proxy === '' ? undefined : { proxy, place: name };
}

/** Where a proxy is stated: `~/.curlrc line 2`, or the variable. */
export function placeOf({ place, line }: StatedProxy): Text {
  return line === undefined ? verbatim(place) : { en: `${place} line ${line}`, ja: `${place} の ${line} 行目` };
}

/** The proxy that curl would ask for a host, as it is written in the URL: a name or an IPv4 address. */
export function proxyFor(own: OwnProxy, scheme: 'http' | 'https', host: string): StatedProxy | undefined {
  return isLeftOut(own.without, host) ? undefined : own[scheme];
}

/** Whether a list leaves a host out, as curl 7.86 or later reads it: a domain with the names below it, an address, a network. */
function isLeftOut(list: string, host: string): boolean {
  if (list === '*') return true;
  const name = withoutDot(host.toLowerCase());
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => (isIPv4(host) ? isWithin(entry, host) : isBelow(entry, name)));
}

function isWithin(entry: string, address: string): boolean {
  const [network = '', bits = '32', ...more] = entry.split('/');
  if (!isIPv4(network) || !/^(?:[1-9]|[12]\d|3[0-2])$/.test(bits) || more.length > 0) return false;
  return holds(parseCidr(`${network}/${bits}`), addressNumber(address));
}

function isBelow(entry: string, name: string): boolean {
  const domain = withoutDot(entry.toLowerCase().replace(/^\./, ''));
  return domain !== '' && isInZone(name, domain);
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
