import { matchWords, type RouteMatch, type RouteRule } from '../cluster/http-routes.ts';
import type { Text } from '../contract/text.ts';
import type { Handshake } from './account.ts';
import type { Backends, OwnAnswer } from './gateway-backends.ts';
import type { Entry, Taken } from './nginx-location.ts';
import type { HttpRequest } from './request-match.ts';
import { maskedText } from './secret-values.ts';
import type { Stop } from './stops.ts';

/* What NGINX does with a request, in sentences. */

/** An error that NGINX answers itself. */
export interface Refusal {
  readonly status: number;
  readonly stop: Stop;
}

/** A rule whose filters are not judged. */
export function unjudged(route: string, filters: readonly string[]): Text {
  const names = filters.join(', ');
  return {
    en: `The HTTPRoute ${route} has filters that Hoplab does not evaluate (${names}): they may make NGINX respond itself.`,
    ja: `HTTPRoute ${route} に Hoplab が判定しないフィルター (${names}) がある。NGINX がそれで自分で応答するかもしれない。`,
  };
}

/** A rule that has pods to ask. */
export function chosen(
  { listener, entry, branches, own }: { listener: string; entry: Entry } & Pick<Backends, 'branches' | 'own'>,
  { host }: HttpRequest,
): Text {
  const { route: name, choice, match } = entry;
  const rule = byRule(match);
  const drawn = byWeight(choice);
  const shares = own.map(({ status, probability, why }) => ({
    en: ` It responds to ${percent(probability)} of the requests with ${status} itself: ${why.en}.`,
    ja: `リクエストの ${percent(probability)} には自分で ${status} を返す: ${why.ja}。`,
  }));
  const isInside = branches.every(({ pod }) => pod !== null);
  const what = isInside ? { en: 'pods', ja: 'Pod' } : { en: 'endpoints', ja: 'エンドポイント' };
  const count = branches.length;
  return {
    en: `NGINX matches Host ${host} at the listener ${listener}, selects the HTTPRoute ${name}${rule.en}, and connects to one of ${count} ${what.en} directly.${drawn.en}${shares.map(({ en }) => en).join('')}`,
    ja: `NGINX がリスナー ${listener} で Host ${host} を読み、HTTPRoute ${name}${rule.ja} を選び、${count} 個の${isInside ? ' ' : ''}${what.ja}${isInside ? ' ' : ''}の 1 つに直接接続する。${drawn.ja}${shares.map(({ ja }) => ja).join('')}`,
  };
}

/** Which of the route's rules it was, where that asks for more than a host. */
function byRule(match: RouteMatch): Text {
  const words = matchWords(match);
  if (words === matchWords(ANYTHING)) return { en: '', ja: '' };
  return { en: ` by its rule for ${words}`, ja: ` の ${words} のルール` };
}

const ANYTHING: RouteMatch = { path: { kind: 'prefix', value: '/' }, headers: [], query: [], method: undefined };

/** How a rule with several backends says which one a request gets. */
function byWeight({ backends }: RouteRule): Text {
  if (backends.length < 2) return { en: '', ja: '' };
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  const weights = backends.map(({ namespace, name, weight }) => `${namespace}/${name} ${weight}/${total}`).join(', ');
  return {
    en: ` Its weights decide between the Services, for each request by chance: ${weights}.`,
    ja: ` Service は weight に従ってリクエストごとに確率で選ばれる: ${weights}。`,
  };
}

function percent(probability: number): string {
  return `${(probability * 100).toFixed(probability * 100 < 10 ? 1 : 0)} %`;
}

export function refusalOf({ status, because, why }: OwnAnswer): Refusal {
  const sentence = {
    en: `NGINX returns ${status} itself without connecting to a pod: ${why.en}.`,
    ja: `NGINX は Pod に接続せず自分で ${status} を返す: ${why.ja}。`,
  };
  return { status, stop: { cause: 'no-upstream', because, sentence } };
}

/** NGINX answers every request itself, each share in its own way: the largest is told first. */
export function several(all: readonly [Refusal, ...Refusal[]]): Refusal {
  const [{ status, stop }] = all;
  const sentence = {
    en: all.map((one) => one.stop.sentence.en).join(' '),
    ja: all.map((one) => one.stop.sentence.ja).join(''),
  };
  return { status, stop: { ...stop, sentence } };
}

export function redirected(
  { host, path }: HttpRequest,
  route: string,
  { status, to }: NonNullable<RouteRule['redirect']>,
): Text {
  return {
    en: `NGINX responds to ${host}${maskedText(path)} itself by the HTTPRoute ${route}: ${status}, redirect to ${to || 'another path'}.`,
    ja: `NGINX が HTTPRoute ${route} により ${host}${maskedText(path)} に自分で応答する。${status}、転送先は ${to || '別のパス'}。`,
  };
}

/** A prefix ends with a slash, and the path is the rest of it. */
export function slashed({ host, path }: HttpRequest, { match, route }: Entry): Text {
  return {
    en: `NGINX responds to ${host}${maskedText(path)} itself: 301, redirect to ${match.path.value}, the prefix of the HTTPRoute ${route} with its slash.`,
    ja: `NGINX が ${host}${maskedText(path)} に自分で応答する。301、転送先は HTTPRoute ${route} のプレフィックス ${match.path.value} (末尾のスラッシュ付き)。`,
  };
}

/** NGINX ends TLS: as its objects say, or with what the client told of it. */
export function tlsEnded(
  { listener, certificates }: { readonly listener: string; readonly certificates: readonly string[] },
  sni: string | undefined,
  { spoken, subject, issuer }: Pick<Handshake, 'spoken' | 'subject' | 'issuer'>,
): Text {
  const name: Text =
    sni === undefined
      ? { en: 'a client that names no host (SNI)', ja: 'ホスト名 (SNI) を伝えないクライアント' }
      : { en: sni, ja: sni };
  if (spoken === undefined || subject === undefined) {
    const secrets = certificates.join(', ');
    return {
      en: `NGINX ends TLS for ${name.en} at the listener ${listener}, with the certificate in the Secret ${secrets}.`,
      ja: `NGINX がリスナー ${listener} で ${name.ja} の TLS を終端する。証明書は Secret ${secrets} のもの。`,
    };
  }
  const by: Text =
    issuer === undefined ? { en: '', ja: '' } : { en: `, issued by ${issuer}`, ja: `、発行者は ${issuer}` };
  return {
    en: `NGINX ends TLS for ${name.en}: ${spoken}, the certificate ${subject}${by.en}.`,
    ja: `NGINX が ${name.ja} の TLS を終端する: ${spoken}、証明書は ${subject}${by.ja}。`,
  };
}

/** No rule is for a request, or none that NGINX would look at. */
export function notFound(
  taken: Extract<Taken<Entry>, { kind: 'none' | 'unmatched' }>,
  { request: { host, path }, at, port }: { request: HttpRequest; at: string; port: number | null },
): Refusal {
  if (taken.kind === 'none') {
    const sentence = {
      en: `NGINX of ${at} has no route for ${host}${maskedText(path)} on port ${port}.`,
      ja: `${at} の NGINX に、ポート ${port} の ${host}${maskedText(path)} のルートがない。`,
    };
    return { status: 404, stop: { cause: 'no-http-route', sentence } };
  }
  const { location, instead } = taken;
  const { kind, value } = location.match.path;
  const then: Text = instead
    ? {
        en: ` The Gateway API would continue with the rule for ${instead.match.path.value} of ${instead.route}.`,
        ja: ` Gateway API の規定では ${instead.route} の ${instead.match.path.value} のルールに進む。`,
      }
    : { en: '', ja: '' };
  const sentence = {
    en: `NGINX returns 404 itself: the location of the HTTPRoute ${location.route} for ${kindWords[kind].en} ${value} matched ${maskedText(path)}, and none of its matches applies to this request.${then.en}`,
    ja: `NGINX が自分で 404 を返す。HTTPRoute ${location.route} の${kindWords[kind].ja} ${value} の location が ${maskedText(path)} を受け取ったが、その条件のどれにもこのリクエストは合わない。${then.ja}`,
  };
  return { status: 404, stop: { cause: 'no-http-route', because: 'no-match', sentence } };
}

const kindWords = {
  exact: { en: 'the exact path', ja: '完全一致' },
  prefix: { en: 'the prefix', ja: 'プレフィックス' },
  expression: { en: 'the expression', ja: '正規表現' },
} as const;
