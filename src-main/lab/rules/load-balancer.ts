import type { Draft, Spot } from '../draft.ts';
import type { Finding } from '../finding.ts';
import {
  addressNumber,
  addressText,
  holds,
  overlap,
  parseCidr,
  parsePool,
  type AddressRange,
  type Network,
} from '../ipv4.ts';
import { unusableAddress } from '../unusable-address.ts';
import { lanText, machineAddresses } from './addresses.ts';
import type { Rule } from './rule.ts';

const freeAddresses = {
  en: 'Name addresses of the LAN that no machine and no DHCP server uses.',
  ja: 'LAN のうち、どのマシンも DHCP サーバーも使わないアドレスを指定してください。',
};

const addressOfThePool = {
  en: 'Write an address of the pool, or remove vip to get the first.',
  ja: 'プールのアドレスを書くか、vip を取り除いて先頭のアドレスを使ってください。',
};

/** The pool is a range of free addresses on the nodes' LAN: MetalLB answers ARP for them there. */
export const poolPlace: Rule = (draft) => {
  const { pool, lan } = draft;
  if (!pool) return [];
  const range = parsePool(pool.value);
  if (range.first > range.last) return [reversed(pool, range)];
  const found = takenByMachines(pool, range, draft);
  if (!lan) return found;
  const inside = holds(lan, range.first) && holds(lan, range.last);
  return [...found, ...(inside ? edges(pool, range, draft, lan) : outside(pool, range, draft, lan))];
};

function ordered({ first, last }: AddressRange): AddressRange {
  return { first: Math.min(first, last), last: Math.max(first, last) };
}

function reversed({ path }: Spot<string>, { first, last }: AddressRange): Finding {
  const right = `${addressText(last)}-${addressText(first)}`;
  return {
    path,
    text: { en: 'The range ends before it begins.', ja: '範囲の最後が最初より前にあります。' },
    remedy: { en: `Write ${right}.`, ja: `${right} と書いてください。` },
  };
}

function takenByMachines({ path }: Spot<string>, range: AddressRange, draft: Draft): Finding[] {
  const taken = machineAddresses(draft).filter(({ value }) => holds(range, addressNumber(value)));
  if (taken.length === 0) return [];
  const list = [...taken.slice(0, 3).map(({ value }) => value), ...(taken.length > 3 ? ['…'] : [])];
  return [
    {
      path,
      text: {
        en: `The pool holds ${list.join(', ')}, which ${taken.length === 1 ? 'belongs to a machine' : 'belong to machines'} of the lab.`,
        ja: `プールに、ラボのマシンのアドレス ${list.join('、')} が含まれています。`,
      },
      remedy: freeAddresses,
    },
  ];
}

function outside(pool: Spot<string>, range: AddressRange, draft: Draft, lan: Network): Finding[] {
  const where = lanText(lan, draft);
  const found: Finding[] = [
    {
      path: pool.path,
      text: { en: `The pool is not within ${where.en}.`, ja: `プールが${where.ja} に収まっていません。` },
      remedy: freeAddresses,
    },
  ];
  for (const [name, cidr] of [
    ['podCidr', draft.podCidr],
    ['serviceCidr', draft.serviceCidr],
  ] as const) {
    if (!cidr || !overlap(parseCidr(cidr.value), range)) continue;
    const text = {
      en: `The pool overlaps ${name} ${cidr.value}.`,
      ja: `プールが ${name} の ${cidr.value} と重なっています。`,
    };
    found.push({ path: pool.path, text, remedy: freeAddresses });
  }
  return found;
}

function edges({ path }: Spot<string>, range: AddressRange, draft: Draft, lan: Network): Finding[] {
  const where = lanText(lan, draft);
  return [lan.first, lan.last]
    .filter((edge) => holds(range, edge))
    .map((edge) => {
      const kind =
        edge === lan.first ? { en: 'network', ja: 'ネットワーク' } : { en: 'broadcast', ja: 'ブロードキャスト' };
      const address = addressText(edge);
      return {
        path,
        text: {
          en: `The pool holds ${address}, the ${kind.en} address of ${where.en}.`,
          ja: `プールに、${where.ja} の${kind.ja}アドレス ${address} が含まれています。`,
        },
        remedy: { en: 'Leave it out.', ja: '範囲から外してください。' },
      };
    });
}

/** The VIP is an address of the pool that no machine has. */
export const vipPlace: Rule = (draft) => {
  const { vip, pool, lan } = draft;
  if (!vip || unusableAddress(vip.value)) return [];
  const number = addressNumber(vip.value);
  const finding = (en: string, ja: string): Finding => ({ path: vip.path, text: { en, ja }, remedy: addressOfThePool });
  if (machineAddresses(draft).some(({ value }) => value === vip.value)) {
    return [finding(`${vip.value} belongs to a machine of the lab.`, `${vip.value} はラボのマシンのアドレスです。`)];
  }
  if (pool) {
    if (holds(ordered(parsePool(pool.value)), number)) return [];
    return [
      finding(`${vip.value} is not in the pool ${pool.value}.`, `${vip.value} はプール ${pool.value} にありません。`),
    ];
  }
  if (!lan || holds(lan, number)) return [];
  const where = lanText(lan, draft);
  return [finding(`${vip.value} is not within ${where.en}.`, `${vip.value} は${where.ja} にありません。`)];
};
