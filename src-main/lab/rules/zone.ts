import type { Text } from '../../contract/text.ts';
import { isInZone } from '../in-zone.ts';
import type { Rule } from './rule.ts';

/** Zones that never reach the DNS server that they are sent to. Zones below `local` do: the client's resolver is told so. */
const broken: readonly { readonly zone: string; readonly below: boolean; readonly why: Text }[] = [
  {
    zone: 'cluster.local',
    below: true,
    why: { en: 'belongs to the cluster itself', ja: 'はクラスター内部の名前に使われる' },
  },
  {
    zone: 'local',
    below: false,
    why: { en: 'as a whole belongs to mDNS (Bonjour)', ja: '全体は mDNS (Bonjour) に予約されている' },
  },
  { zone: 'localhost', below: true, why: { en: 'always means the computer itself', ja: 'は常に自分自身を指す' } },
  { zone: 'in-addr.arpa', below: true, why: { en: 'is for looking up addresses', ja: 'はアドレスの逆引きに使われる' } },
  { zone: 'ip6.arpa', below: true, why: { en: 'is for looking up addresses', ja: 'はアドレスの逆引きに使われる' } },
  {
    zone: 'invalid',
    below: true,
    why: { en: 'is never asked for by resolvers (RFC 6761)', ja: 'にはリゾルバーが問い合わせを行わない (RFC 6761)' },
  },
];

/** The zone is one that resolvers ask a DNS server for. */
export const zoneName: Rule = ({ zone }) => {
  if (!zone) return [];
  const { path, value } = zone;
  const remedy = {
    en: 'Choose a zone of at least two labels, for example k8s.local.',
    ja: 'k8s.local のように、2 つ以上のラベルからなるゾーンにしてください。',
  };
  const hit = broken.find((one) => value === one.zone || (one.below && value.endsWith(`.${one.zone}`)));
  if (hit) {
    return [
      {
        path,
        text: {
          en: `The zone ${value} cannot be used: ${hit.zone} ${hit.why.en}.`,
          ja: `${hit.zone} ${hit.why.ja}ため、ゾーン ${value} は使えません。`,
        },
        remedy,
      },
    ];
  }
  if (value.includes('.')) return [];
  const text = {
    en: `Resolvers do not look up "${value}" in DNS as they do longer names.`,
    ja: `「${value}」のような 1 ラベルの名前は、リゾルバーが通常の DNS の名前として扱いません。`,
  };
  return [{ path, text, remedy }];
};

/** Hosts are relative to the zone, and with it no longer than DNS takes. */
export const hostsInZone: Rule = ({ zone, environments }) =>
  environments.flatMap(({ host }) => {
    if (!host || !zone) return [];
    const { path, value } = host;
    if (isInZone(value, zone.value)) {
      const short = value.slice(0, -zone.value.length - 1);
      return [
        {
          path,
          text: {
            en: `The zone ${zone.value} is added to the host, so it would be there twice.`,
            ja: `ホスト名にはゾーン ${zone.value} が付け足されるため、二重になります。`,
          },
          remedy: short
            ? { en: `Write ${short}.`, ja: `${short} と書いてください。` }
            : { en: 'Write the part before the zone.', ja: 'ゾーンより前の部分だけを書いてください。' },
        },
      ];
    }
    const length = value.length + 1 + zone.value.length;
    if (length <= 253) return [];
    return [
      {
        path,
        text: {
          en: `Host and zone together are ${length} characters long, and DNS takes 253.`,
          ja: `ホスト名とゾーンを合わせると ${length} 文字になり、DNS の上限 253 文字を超えます。`,
        },
        remedy: { en: 'Shorten the host.', ja: 'ホスト名を短くしてください。' },
      },
    ];
  });
