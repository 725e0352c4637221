import type { Text } from '../contract/text.ts';
import { placeOf, proxyFor } from '../facts/own-proxy.ts';
import { literalAddress, type Known } from './known.ts';

/** That the client's own curl would not take a path: it would ask a proxy for the address. Empty: it would not, or that is not known. */
export function proxyNote({ facts, target }: Known): readonly Text[] {
  const own = facts.client.ownProxy?.value;
  if (!own || target.kind === 'dns' || target.from !== undefined || target.to.kind !== 'host') return [];
  const { host } = target.to;
  const address = literalAddress(host, { lab: facts.lab }) ?? host;
  const stated = proxyFor(own, target.secure ? 'https' : 'http', address);
  if (!stated) return [];
  const { proxy } = stated;
  const place = placeOf(stated);
  return [
    {
      en: `curl on the client would use the proxy ${proxy} for ${address} (${place.en}) and not take this path; Hoplab's own request does not use it.`,
      ja: `クライアント自身の curl は ${address} へのリクエストをプロキシ ${proxy} に送り (${place.ja})、このパスを通らない。Hoplab 自身のリクエストはプロキシを通らない。`,
    },
  ];
}
