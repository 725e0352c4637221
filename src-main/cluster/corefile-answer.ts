import { isIPv4 } from 'node:net';
import { bareZone, blockOf, isBelow, serverBlocks, type Plugin, type ServerBlock } from './corefile-blocks.ts';

/** Who answers a query for the IPv4 address of a name, as far as the Corefile tells; `lines`: which of its lines say so, from 0. */
export type CorefileAnswer =
  | { readonly kind: 'address'; readonly address: string; readonly lines: readonly number[] }
  /** The name of a Service, or of nothing: the plugin `kubernetes` answers. */
  | {
      readonly kind: 'cluster';
      readonly domain: string;
      /** A name that it does not know is left to the next plugin. */
      readonly fallsThrough: boolean;
      readonly lines: readonly number[];
    }
  /** What this plugin answers is not in the Corefile. */
  | {
      readonly kind: 'plugin';
      readonly zone: string;
      readonly plugin: string;
      readonly lines: readonly number[];
    }
  | { readonly kind: 'nothing'; readonly lines: readonly number[] };

/** The plugins that answer, in CoreDNS's own order, whatever that of the Corefile: https://coredns.io/plugins/ and plugin.cfg. */
const ORDER = [
  'import',
  'rewrite',
  'template',
  'hosts',
  'route53',
  'azure',
  'clouddns',
  'k8s_external',
  'kubernetes',
  'file',
  'auto',
  'secondary',
  'etcd',
  'forward',
  'grpc',
  'erratic',
  'whoami',
];

/** Of all server blocks the one with the longest zone answers, and in it the first plugin that takes the name. */
export function corefileAnswer(corefile: string, name: string): CorefileAnswer {
  const found = blockOf(serverBlocks(corefile), name);
  if (!found) return { kind: 'nothing', lines: [] };
  const { block, zone } = found;
  for (const plugin of inOrder(block)) {
    const lines = [...block.head, plugin.line];
    if (plugin.name === 'hosts') {
      const told = byHosts(plugin, name);
      if (told) return { kind: 'address', address: told.address, lines: [...block.head, told.line] };
      if (isBelowSome(name, plugin.words.slice(1)) && !fallsThrough(plugin, name)) return { kind: 'nothing', lines };
    } else if (plugin.name === 'kubernetes') {
      const domain = plugin.words.map(bareZone).find((one) => isBelow(name, one));
      if (domain !== undefined) return { kind: 'cluster', domain, fallsThrough: fallsThrough(plugin, name), lines };
    } else if (takes(plugin, name)) {
      return { kind: 'plugin', zone: zone === '' ? '.' : zone, plugin: plugin.name, lines };
    }
  }
  return { kind: 'nothing', lines: block.head };
}

function inOrder({ plugins }: ServerBlock): readonly Plugin[] {
  return ORDER.flatMap((name) => plugins.filter((plugin) => plugin.name === name));
}

function byHosts({ body }: Plugin, name: string): { readonly address: string; readonly line: number } | undefined {
  const wanted = name.toLowerCase();
  for (const { words, line } of body) {
    const [address = '', ...names] = words;
    if (isIPv4(address) && names.some((one) => bareZone(one) === wanted)) return { address, line };
  }
  return undefined;
}

/** Whether a plugin leaves a name that it does not know to the next. */
function fallsThrough({ body }: Plugin, name: string): boolean {
  const stated = body.find(({ words }) => words[0] === 'fallthrough');
  return stated !== undefined && isBelowSome(name, stated.words.slice(1));
}

/** Without zones a plugin is for all of its block. */
function isBelowSome(name: string, zones: readonly string[]): boolean {
  return zones.length === 0 || zones.some((zone) => isBelow(name, bareZone(zone)));
}

/** Whether what a plugin has to say may be about a name. */
function takes({ name: plugin, words }: Plugin, name: string): boolean {
  if (plugin === 'rewrite') return rewrites(words, name);
  if (plugin === 'template') {
    const [, kind = 'ANY', ...zones] = words;
    return /^(?:A|ANY)$/i.test(kind) && isBelowSome(name, zones);
  }
  if (plugin === 'forward' || plugin === 'grpc') return isBelow(name, bareZone(words[0] ?? '.'));
  if (plugin === 'file') return isBelowSome(name, words.slice(1));
  if (plugin === 'auto' || plugin === 'k8s_external' || plugin === 'etcd' || plugin === 'secondary') {
    return isBelowSome(name, words);
  }
  return true;
}

/** `rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO`: a pattern may be about every name. */
function rewrites(words: readonly string[], name: string): boolean {
  const [field, ...rest] = /^(?:continue|stop)$/.test(words[0] ?? '') ? words.slice(1) : words;
  if (field !== 'name') return false;
  const how = /^(?:exact|prefix|suffix|substring|regex)$/.test(rest[0] ?? '') ? rest[0] : 'exact';
  const from = bareZone((how === rest[0] ? rest[1] : rest[0]) ?? '');
  const wanted = name.toLowerCase();
  if (how === 'exact') return wanted === from;
  if (how === 'prefix') return wanted.startsWith(from);
  if (how === 'suffix') return wanted.endsWith(from);
  return how === 'regex' || wanted.includes(from);
}
