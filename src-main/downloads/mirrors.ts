/** Where downloads come from instead of their publishers. Addresses may have user and password. */
export interface Mirrors {
  /** For every host without one of its own; the original host is the first folder there. */
  readonly base?: string | undefined;
  /** By original host, with its port where it is not the usual one. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** Docker Hub's registry does not answer under the name that its images have. */
const DOCKER_HUB = { name: 'docker.io', registry: 'registry-1.docker.io' };

/**
 * Where an address is asked, without user and password:
 *
 *     original                        mirror of that host          base
 *     https://HOST/PATH               MIRROR/PATH                  BASE/HOST/PATH
 *     https://HOST/v2/NAME/…          MIRROR/v2/NAME/…             BASE/v2/HOST/NAME/…
 *
 * The second line is a registry's API, as registries that pull through have it. Where the mirror's address has a folder `v2` already,
 * such as https://MIRROR/v2/PROJECT, that is the API's root, and no other `/v2` is added. What is at a mirror already (its own token
 * server, a redirect of it) is asked as it is.
 */
export function mirrored(url: string, mirrors: Mirrors): string {
  const original = new URL(url);
  const plain = withoutLogin(original);
  const own = mirrors.hosts[original.host];
  if (own !== undefined) return placed(original, new URL(own), '');
  const mirror = mirrorAt(original, mirrors);
  if (mirrors.base !== undefined && !mirror) return placed(original, new URL(mirrors.base), `/${original.host}`);
  if (original.host === DOCKER_HUB.name) plain.host = DOCKER_HUB.registry;
  return plain.href;
}

/** The mirror, with its user and password, that an address is at. */
export function mirrorAt({ origin }: URL, { base, hosts }: Mirrors): URL | undefined {
  const all = [...Object.values(hosts), ...(base === undefined ? [] : [base])];
  const there = all.map((one) => new URL(one)).filter((mirror) => mirror.origin === origin);
  return there.find(({ username, password }) => username !== '' || password !== '') ?? there[0];
}

/** @param folder after the mirror's own */
function placed(original: URL, mirror: URL, folder: string): string {
  const place = withoutLogin(mirror);
  const root = mirror.pathname.replace(/\/$/, '');
  const api = /^\/v2(?=\/)/.exec(original.pathname)?.[0] ?? '';
  const before = api !== '' && /\/v2(?:\/|$)/.test(root) ? root : root + api;
  place.pathname = before + folder + original.pathname.slice(api.length);
  place.search = original.search;
  return place.href;
}

function withoutLogin(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  plain.hash = '';
  return plain;
}
