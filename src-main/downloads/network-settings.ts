import { addressOf } from '../address-of.ts';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Text } from '../contract/text.ts';
import type { NetworkSettings } from './web-client.ts';

/** What a lab file says of the network. */
export interface NetworkKeys {
  /** One address for everything, which keeps the original host as first folder; or addresses by original host. */
  readonly mirrors?: string | Readonly<Record<string, string>> | undefined;
  /** For http and https addresses; before that of the environment. */
  readonly proxy?: string | undefined;
  /** Besides those of NO_PROXY. */
  readonly noProxy?: readonly string[] | undefined;
  /** File of CA certificates: PEM, one or several, or one in DER. */
  readonly ca?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the settings lack to be used; `where` is the key of the lab file, or the variable. */
export interface NetworkProblem {
  readonly where: string;
  readonly text: Text;
}

/** Settings that cannot be used: the user has to fix them. */
export class NetworkSettingsError extends Error {
  readonly problems: readonly NetworkProblem[];
  readonly text: Text;
  constructor(problems: readonly NetworkProblem[]) {
    const text = {
      en: problems.map(({ text }) => text.en).join(' '),
      ja: problems.map(({ text }) => text.ja).join(''),
    };
    super(text.en);
    this.name = 'NetworkSettingsError';
    this.problems = problems;
    this.text = text;
  }
}

/**
 * The lab file's settings, and those of the environment where the lab file says nothing: HOPLAB_MIRROR, HTTPS_PROXY, HTTP_PROXY, ALL_PROXY
 * and NO_PROXY; the last four in small letters too, which come first, as with curl. @throws NetworkSettingsError with all problems
 */
export async function networkSettings(
  keys: NetworkKeys,
  environment: Environment = process.env,
): Promise<NetworkSettings> {
  const problems = [...mirrorProblems(keys, environment), ...proxyProblems(keys, environment)];
  const ca = keys.ca === undefined ? undefined : await readCa(keys.ca);
  if (typeof ca === 'object') problems.push(ca);
  if (problems.length > 0 || typeof ca === 'object') throw new NetworkSettingsError(problems);
  const { base, hosts } = mirrorsOf(keys, environment);
  const noProxy = [...(keys.noProxy ?? []), variable(environment, 'NO_PROXY')?.value ?? ''].join(',');
  return {
    mirrors: { base: base?.value, hosts: Object.fromEntries(hosts.map(({ host, value }) => [host, value])) },
    proxy: withScheme(proxyOf(keys, environment, 'HTTPS_PROXY')?.value),
    httpProxy: withScheme(proxyOf(keys, environment, 'HTTP_PROXY')?.value),
    noProxy,
    ca,
  };
}

/** A value, and where it stands. */
interface Given {
  readonly where: string;
  readonly value: string;
}

/** In small letters first; an empty one is none. */
function variable(environment: Environment, name: string): Given | undefined {
  for (const where of [name.toLowerCase(), name]) {
    const value = environment[where]?.trim();
    if (value) return { where, value };
  }
  return undefined;
}

function mirrorsOf(
  { mirrors = {} }: NetworkKeys,
  environment: Environment,
): { base: Given | undefined; hosts: (Given & { host: string })[] } {
  if (typeof mirrors === 'string') return { base: { where: 'mirrors', value: mirrors }, hosts: [] };
  const hosts = Object.entries(mirrors).map(([host, value]) => ({
    host: host.toLowerCase(),
    value,
    where: `mirrors.${host}`,
  }));
  return { base: ofEnvironment(environment, 'HOPLAB_MIRROR'), hosts };
}

function ofEnvironment(environment: Environment, where: string): Given | undefined {
  const value = environment[where]?.trim();
  return value ? { where, value } : undefined;
}

function proxyOf(
  { proxy }: NetworkKeys,
  environment: Environment,
  name: 'HTTPS_PROXY' | 'HTTP_PROXY',
): Given | undefined {
  if (proxy !== undefined) return { where: 'proxy', value: proxy };
  return variable(environment, name) ?? variable(environment, 'ALL_PROXY');
}

function mirrorProblems(keys: NetworkKeys, environment: Environment): NetworkProblem[] {
  const { base, hosts } = mirrorsOf(keys, environment);
  const names = hosts.filter(({ host }) => !isHost(host)).map(({ where }) => ({ where, text: noHost(where) }));
  const wrong = [...(base ? [base] : []), ...hosts].filter(({ value }) => !isWebAddress(value, true));
  return [...names, ...wrong.map(({ where }) => ({ where, text: noMirror(where) }))];
}

function proxyProblems(keys: NetworkKeys, environment: Environment): NetworkProblem[] {
  const given = [proxyOf(keys, environment, 'HTTPS_PROXY'), proxyOf(keys, environment, 'HTTP_PROXY')];
  const wrong = given.filter((one) => one !== undefined).filter(({ value }) => !isWebAddress(withScheme(value), false));
  const places = [...new Set(wrong.map(({ where }) => where))];
  return places.map((where) => ({ where, text: noProxyAddress(where) }));
}

/** `proxy:3128` is `http://proxy:3128`. */
function withScheme<Value extends string | undefined>(value: Value): Value | string {
  return value === undefined || value.includes('://') ? value : `http://${value}`;
}

function isWebAddress(value: string, folders: boolean): boolean {
  if (!addressOf(value)) return false;
  const { protocol, pathname, search, hash, hostname } = new URL(value);
  const place = folders ? search === '' && hash === '' : pathname === '/' && search === '' && hash === '';
  return (protocol === 'https:' || protocol === 'http:') && hostname !== '' && place;
}

function isHost(host: string): boolean {
  return addressOf(`https://${host}/`)?.host === host;
}

/** PEM; else what is wrong. */
async function readCa(file: string): Promise<string | NetworkProblem> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { where: 'ca', text: unreadable(file, code) };
  }
  try {
    const pem = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [bytes];
    return pem.map((one) => new X509Certificate(one).toString()).join('');
  } catch {
    return { where: 'ca', text: noCertificate(file) };
  }
}

// a value is not shown: it may have a password

function noMirror(where: string): Text {
  return {
    en: `${where} is not the address of a mirror: write https://HOST or https://HOST/FOLDER.`,
    ja: `${where} はミラーのアドレスではありません。https://ホスト か https://ホスト/フォルダー の形で書いてください。`,
  };
}

function noHost(where: string): Text {
  return {
    en: `${where} does not name a host: write the original host, such as ghcr.io.`,
    ja: `${where} はホスト名ではありません。ghcr.io のような元のホストを書いてください。`,
  };
}

function noProxyAddress(where: string): Text {
  return {
    en: `${where} is not the address of an HTTP proxy: write http://HOST:PORT (SOCKS proxies are not supported).`,
    ja: `${where} は HTTP プロキシのアドレスではありません。http://ホスト:ポート の形で書いてください (SOCKS プロキシには対応していません)。`,
  };
}

function unreadable(file: string, code: string): Text {
  return {
    en: `The file of \`ca\` cannot be read: ${file} (${code}). Check the path and its permissions.`,
    ja: `\`ca\` のファイル ${file} を読み取れません (${code})。パスと権限を確かめてください。`,
  };
}

function noCertificate(file: string): Text {
  return {
    en: `The file of \`ca\` has no certificate: ${file}. Export the CA as PEM (it begins with -----BEGIN CERTIFICATE-----).`,
    ja: `\`ca\` のファイル ${file} に証明書がありません。CA を PEM 形式 (-----BEGIN CERTIFICATE----- で始まる) で書き出してください。`,
  };
}
