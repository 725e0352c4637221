import type { Client } from './client.ts';

/** A group of name servers that the system's resolver asks, and for which names. */
export interface NameRoute {
  /** As the system names it: `Global`, `Link 2 (eth0)`, `resolver #8`. */
  readonly scope: string;
  /** `~k8s.local`: names below it and no others; without `~`, a search domain of systemd-resolved. None: any name. */
  readonly domains: readonly string[];
  /** `192.168.2.10:30053`, without the port where it is 53. */
  readonly servers: readonly string[];
}

/**
 * @param stdout of `resolvectl domain; resolvectl dns` (systemd-resolved), or of `scutil --dns` (macOS), resolver(5)
 * @throws Error where it holds neither
 */
export function nameRoutes({ platform }: Client, stdout: string): readonly NameRoute[] {
  const routes = platform === 'linux' ? ofResolved(stdout) : ofScutil(stdout);
  if (routes.length === 0) throw new Error('no name servers and no domains');
  return routes;
}

/** Two lists, each with a line for every scope: `Global: ~k8s.local`, `Link 2 (eth0): 192.168.2.1`. */
function ofResolved(stdout: string): readonly NameRoute[] {
  const lists: Map<string, readonly string[]>[] = [];
  for (const line of stdout.split('\n')) {
    const [, scope, words = ''] = /^(Global|Link \d+ \([^)]*\)):(.*)$/.exec(line) ?? [];
    if (scope === undefined) continue;
    if (scope === 'Global') lists.push(new Map());
    lists.at(-1)?.set(scope, words.split(' ').filter(Boolean));
  }
  const [domains, servers] = lists;
  if (!domains || !servers) return [];
  return [...servers.keys()].map((scope) => ({
    scope,
    domains: domains.get(scope) ?? [],
    servers: servers.get(scope) ?? [],
  }));
}

/** A paragraph for each: `resolver #8`, `domain   : k8s.local`, `nameserver[0] : 192.168.2.10`, `port     : 30053`. */
function ofScutil(stdout: string): readonly NameRoute[] {
  return stdout
    .split(/^(?=resolver #)/m)
    .filter((part) => part.startsWith('resolver #'))
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const values = (key: RegExp) =>
        lines.flatMap((line) => {
          const [name = '', value = ''] = line.split(/ : (.*)/s, 2);
          return key.test(name.trim()) ? [value.trim()] : [];
        });
      const [port = '53'] = values(/^port$/);
      return {
        scope: heading.trim(),
        domains: values(/^domain$/).map((domain) => `~${domain}`),
        servers: values(/^nameserver\[\d+\]$/).map((address) => (port === '53' ? address : `${address}:${port}`)),
      };
    });
}
