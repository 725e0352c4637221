const MOST = 20;

/** A host name without the lab's zone, shortened in its first part: what tells it from another is at its end. */
export function shortHost(host: string, zone: string): string {
  const own = zone !== '' && host.endsWith(`.${zone}`) ? host.slice(0, -zone.length - 1) : host;
  if (own.length <= MOST) return own;
  return `${own.slice(0, 6)}…${own.slice(-(MOST - 7))}`;
}
