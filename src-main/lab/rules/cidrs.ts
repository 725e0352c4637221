import type { Draft, Spot } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { addressNumber, holds, networkOf, networkText, overlap, parseCidr, spareCidr } from '../ipv4.ts';
import { lanText } from './addresses.ts';
import type { Rule } from './rule.ts';

/** The addresses of pods and Services are networks of usable addresses, without host bits, of a size that Kubernetes takes. */
export const cidrSizes: Rule = ({ podCidr, serviceCidr, pool, nodes }) => [
  ...[podCidr, serviceCidr, pool].flatMap((spot) => (spot ? hostBits(spot) : [])),
  ...[podCidr, serviceCidr].flatMap((spot) => (spot ? unusableNetwork(spot) : [])),
  ...(podCidr ? podCidrSize(podCidr, nodes.length) : []),
  ...(serviceCidr ? serviceCidrSize(serviceCidr) : []),
];

function hostBits({ path, value }: Spot<string>): Finding[] {
  if (!value.includes('/') || networkText(parseCidr(value)) === value) return [];
  const network = networkText(parseCidr(value));
  return [
    {
      path,
      text: {
        en: `${value} is an address within a network, not a network.`,
        ja: `${value} はネットワークではなく、その中のアドレスです。`,
      },
      remedy: { en: `Write ${network}.`, ja: `${network} と書いてください。` },
    },
  ];
}

function unusableNetwork({ path, value }: Spot<string>): Finding[] {
  const network = parseCidr(value);
  const forbidden = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].find((cidr) =>
    overlap(parseCidr(cidr), network),
  );
  if (!forbidden) return [];
  return [
    {
      path,
      text: {
        en: `${value} overlaps ${forbidden}, which is reserved.`,
        ja: `${value} は予約済みの ${forbidden} と重なっています。`,
      },
      remedy: {
        en: 'Write a private network, for example 10.244.0.0/16.',
        ja: '10.244.0.0/16 のようなプライベートネットワークを書いてください。',
      },
    },
  ];
}

/** kubeadm gives every node a /24, and its node mask may be at most 16 bits longer than podCidr. */
function podCidrSize({ path, value }: Spot<string>, nodes: number): Finding[] {
  const { first, prefix } = parseCidr(value);
  if (prefix < 8) {
    const text = {
      en: `${value} is larger than Kubernetes takes for pods (/8).`,
      ja: `${value} は Pod 用として Kubernetes が扱える範囲 (/8 まで) を超えています。`,
    };
    return [
      { path, text, remedy: { en: 'Write 10.244.0.0/16, for example.', ja: '10.244.0.0/16 などと書いてください。' } },
    ];
  }
  const room = prefix > 24 ? 0 : 2 ** (24 - prefix);
  if (nodes <= room) return [];
  const larger = networkText(networkOf(first, 24 - Math.ceil(Math.log2(Math.max(1, nodes)))));
  return [
    {
      path,
      text: {
        en: `${value} has room for ${room} ${room === 1 ? 'node' : 'nodes'} (a /24 each), and the lab has ${nodes}.`,
        ja: `${value} に割り当てられるのは (1 台につき /24) ${room} 台分ですが、ノードは ${nodes} 台あります。`,
      },
      remedy: { en: `Write a larger network, ${larger} at least.`, ja: `${larger} 以上の大きさにしてください。` },
    },
  ];
}

/** kube-apiserver takes at most 20 bits of Service addresses; kubeadm needs ten addresses, CoreDNS has the tenth. */
function serviceCidrSize({ path, value }: Spot<string>): Finding[] {
  const { prefix } = parseCidr(value);
  if (prefix >= 12 && prefix <= 28) return [];
  const size = prefix < 12 ? { en: 'larger', ja: '大きすぎます' } : { en: 'smaller', ja: '小さすぎます' };
  return [
    {
      path,
      text: {
        en: `${value} is ${size.en} than Kubernetes takes for Services.`,
        ja: `${value} は Service 用として${size.ja}。`,
      },
      remedy: { en: 'Write a network from /12 to /28.', ja: '/12 から /28 の範囲で書いてください。' },
    },
  ];
}

/** Pods, Services, the LAN and the client do not share addresses: a packet would have two ways to go. */
export const cidrOverlaps: Rule = (draft) => [
  ...(draft.podCidr ? overlapping(draft.podCidr, 'pods', draft) : []),
  ...(draft.serviceCidr ? overlapping(draft.serviceCidr, 'services', draft) : []),
];

function overlapping(spot: Spot<string>, purpose: 'pods' | 'services', draft: Draft): Finding[] {
  const network = parseCidr(spot.value);
  const name = networkText(network);
  const { lan, podCidr, client, nodes } = draft;
  const remedy = sparing(purpose, draft);
  const found: Finding[] = [];
  if (purpose === 'services' && podCidr && overlap(parseCidr(podCidr.value), network)) {
    const text = {
      en: `${name} overlaps podCidr ${podCidr.value}.`,
      ja: `${name} は podCidr の ${podCidr.value} と重なっています。`,
    };
    found.push({ path: spot.path, near: podCidr.path, text, remedy });
  }
  if (lan && overlap(lan, network)) {
    const where = lanText(lan, draft);
    const text = { en: `${name} overlaps ${where.en}.`, ja: `${name} は${where.ja} と重なっています。` };
    found.push({ path: spot.path, near: nodes[0]?.address?.path, text, remedy });
  } else if (client && holds(network, addressNumber(client.value))) {
    const text = {
      en: `${name} holds the client's address ${client.value}.`,
      ja: `${name} に client のアドレス ${client.value} が含まれています。`,
    };
    found.push({ path: spot.path, near: client.path, text, remedy });
  }
  return found;
}

function sparing(purpose: 'pods' | 'services', { lan, client, podCidr, serviceCidr }: Draft): Finding['remedy'] {
  const other = purpose === 'pods' ? serviceCidr : podCidr;
  const taken = [lan, client && networkOf(addressNumber(client.value), 32), other && parseCidr(other.value)];
  const free = spareCidr(
    purpose,
    taken.filter((range) => range !== undefined),
  );
  return { en: `Write another network, for example ${free}.`, ja: `${free} など、別のネットワークを書いてください。` };
}
