import { isInZone } from '../lab/in-zone.ts';
import type { NameRoute } from './name-routes.ts';

/**
 * The name servers that are set for a name, or for all names of a zone; first the one that is asked: that of the longest domain that
 * holds it, and of several for the same domain the one that the system lists first (resolver(5)).
 */
export function routesOfName(routes: readonly NameRoute[], name: string): readonly NameRoute[] {
  return routes
    .filter(({ domains }) => domains.some((domain) => holds(domain, name)))
    .sort((one, other) => longest(other.domains, name) - longest(one.domains, name));
}

/** `~local` holds `k8s.local`. */
function holds(domain: string, name: string): boolean {
  const own = domain.replace(/^~/, '').replace(/\.$/, '').toLowerCase();
  return own !== '' && isInZone(name, own);
}

function longest(domains: readonly string[], name: string): number {
  return Math.max(0, ...domains.filter((domain) => holds(domain, name)).map(({ length }) => length));
}
