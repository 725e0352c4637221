import ipaddr from 'ipaddr.js';
import type { Text } from '../contract/text.ts';

const kinds: Partial<Record<ReturnType<ipaddr.IPv4['range']>, Text>> = {
  unspecified: { en: 'it means "any address"', ja: '「任意のアドレス」を表す' },
  broadcast: { en: 'it is the broadcast address', ja: 'ブロードキャストアドレスである' },
  multicast: { en: 'it is a multicast address', ja: 'マルチキャストアドレスである' },
  linkLocal: { en: 'it is a link-local address', ja: 'リンクローカルアドレスである' },
  loopback: { en: 'it is a loopback address', ja: 'ループバックアドレスである' },
};

/** Why no machine on a LAN can have an IPv4 address, whatever the LAN is. Undefined when one can. */
export function unusableAddress(address: string): Text | undefined {
  const parsed = ipaddr.IPv4.parse(address);
  const reserved = (parsed.octets[0] ?? 0) >= 240 && parsed.range() !== 'broadcast';
  if (reserved) return { en: 'it is reserved', ja: '予約済みである' };
  return kinds[parsed.range()];
}
