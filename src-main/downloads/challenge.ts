/** What a server wants to know before it answers (`WWW-Authenticate`, RFC 9110, 11.6.1). */
export type Challenge =
  | { readonly scheme: 'basic' }
  /** https://distribution.github.io/distribution/spec/auth/token/ */
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service?: string; readonly scope?: string };

const PARAMETER = /([a-z_]{1,20})="([^"]*)"/gi;

/** The Bearer challenge of a header, else Basic; undefined where there is neither. */
export function parseChallenge(header: string): Challenge | undefined {
  const bearer = /(?:^|,)\s*bearer\s/i.exec(header);
  if (bearer) {
    const rest = header.slice(bearer.index + bearer[0].length);
    const own = rest.split(/,\s*(?:basic|negotiate|ntlm)\b/i)[0] ?? '';
    const found = new Map([...own.matchAll(PARAMETER)].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
    const [realm, service, scope] = ['realm', 'service', 'scope'].map((name) => found.get(name));
    if (realm !== undefined) {
      return {
        scheme: 'bearer',
        realm,
        ...(service !== undefined && { service }),
        ...(scope !== undefined && { scope }),
      };
    }
  }
  return /(?:^|,)\s*basic\b/i.test(header) ? { scheme: 'basic' } : undefined;
}
