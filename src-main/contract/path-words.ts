import type { Leg, Packet, Path, Stopped } from './path.ts';
import type { Text } from './text.ts';

/* Words of a path that the window, the command line and the exported files share. */

export const legTitles: Readonly<Record<Leg['kind'], Text>> = {
  name: { en: 'Name lookup', ja: '名前解決' },
  request: { en: 'Request', ja: 'リクエスト' },
  back: { en: 'Return path', ja: '帰り道' },
};

export const causeTitles: Readonly<Record<Stopped['cause'], Text>> = {
  'no-arp-answer': { en: 'No ARP reply', ja: 'ARP の応答なし' },
  'nobody-announces': { en: 'No node announces the VIP', ja: 'VIP を広告するノードなし' },
  'dropped-by-rule': { en: 'Dropped by a rule', ja: 'ルールによる破棄' },
  'overlay-blocked': { en: 'VXLAN is blocked', ja: 'VXLAN の遮断' },
  'mtu-too-small': { en: 'MTU too small', ja: 'MTU の不足' },
  'no-route': { en: 'No route', ja: '経路なし' },
  'not-listening': { en: 'Nothing listens on the port', ja: '待ち受けなし' },
  'no-http-route': { en: 'No HTTPRoute for this host', ja: 'ホストに合う HTTPRoute なし' },
  'no-upstream': { en: 'The Gateway cannot reach a pod', ja: 'Gateway から Pod に届かない' },
  'name-unknown': { en: 'Unknown name', ja: '名前が未登録' },
  'resolver-not-asked': { en: 'Resolver not configured', ja: 'リゾルバーが未設定' },
  closed: { en: 'Closed without a response', ja: '応答なしで切断' },
  timeout: { en: 'Timed out', ja: '時間切れ' },
};

/** What is told below the end of a path. */
export const noteKinds = ['unknown', 'notes'] as const;

export const noteTitles: Readonly<Record<(typeof noteKinds)[number], Text>> = {
  unknown: { en: 'Not known on this path', ja: 'このパスで分からないこと' },
  notes: { en: 'Notes on this path', ja: 'このパスの注記' },
};

export const packetFields = [
  'sourceMac',
  'destinationMac',
  'source',
  'sourcePort',
  'destination',
  'destinationPort',
  'outerSource',
  'outerDestination',
  'vni',
  'host',
  'name',
] as const;

type PacketField = (typeof packetFields)[number];

export const packetTitles: Readonly<Record<PacketField, Text>> = {
  sourceMac: { en: 'Source MAC', ja: '送信元 MAC' },
  destinationMac: { en: 'Destination MAC', ja: '宛先 MAC' },
  source: { en: 'Source IP', ja: '送信元 IP' },
  sourcePort: { en: 'Source port', ja: '送信元ポート' },
  destination: { en: 'Destination IP', ja: '宛先 IP' },
  destinationPort: { en: 'Destination port', ja: '宛先ポート' },
  outerSource: { en: 'Outer source', ja: '外側の送信元' },
  outerDestination: { en: 'Outer destination', ja: '外側の宛先' },
  vni: { en: 'VNI', ja: 'VNI' },
  host: { en: 'Host header', ja: 'Host ヘッダー' },
  name: { en: 'DNS name', ja: 'DNS の名前' },
};

/** The value of one field of a packet; null: it has none, or it is not known. */
export function packetValue(packet: Packet, field: PacketField): string | null {
  const value = { ...packet, ...outerFields(packet) }[field];
  return value === null ? null : String(value);
}

function outerFields({ outer }: Packet): Readonly<Record<'outerSource' | 'outerDestination' | 'vni', string | null>> {
  if (!outer) return { outerSource: null, outerDestination: null, vni: null };
  const { source, destination, port, vni } = outer;
  return { outerSource: source, outerDestination: `${destination}:${port}`, vni: String(vni) };
}

/** The fields that a hop changes. */
export function changedFields(before: Packet, after: Packet): readonly PacketField[] {
  return packetFields.filter((field) => packetValue(before, field) !== packetValue(after, field));
}

/** `192.168.2.50:48356`; a port that is not known is left out. */
export function endOf(packet: Packet, end: 'source' | 'destination'): string {
  const port = packet[`${end}Port`];
  return port === null ? packet[end] : `${packet[end]}:${port}`;
}

/**
 * What an observed path without differences says of its prediction: that they agree only where each endpoint that was chosen and who
 * answered were observed, else what was not. By which route NGINX came to its choice is read, and nobody tells. Undefined: nothing
 * was observed, or there are differences.
 */
export function agreementOf({ differences, end, legs }: Pick<Path, 'differences' | 'end' | 'legs'>): Text | undefined {
  if (differences?.length !== 0) return undefined;
  const hops = legs.flatMap((leg) => (leg.kind === 'back' ? [] : leg.hops));
  const last = legs.find(({ kind }) => kind === 'request')?.hops.at(-1);
  if (end.status === 'unknown') {
    return {
      en: 'No difference was found, but the result is unknown: this does not confirm the prediction.',
      ja: '違いは見つからなかったが、結果が分からない。予測の裏付けにはならない。',
    };
  }
  if (end.status === 'answered' && last && last.layer !== 'app' && last.layer !== 'gateway') {
    return {
      en: 'No difference was found, but the path is not known up to the response: this does not confirm the prediction.',
      ja: '違いは見つからなかったが、応答までのパスが分からない。予測の裏付けにはならない。',
    };
  }
  const unseen = hops.filter(
    ({ layer, basis, branches }) =>
      basis.kind !== 'observed' &&
      (branches.length > 0 || layer === 'app' || (layer === 'gateway' && basis.kind !== 'read')),
  );
  const places = [...new Set(unseen.map(({ machine, place }) => `${machine} ${place.name}`))].join(', ');
  if (places !== '') {
    return {
      en: `No difference was found in what was observed. Not observed: ${places}.`,
      ja: `観測した範囲に違いはない。観測していないところ: ${places}`,
    };
  }
  if (end.basis.kind !== 'observed') {
    return {
      en: 'No difference was found, but the result was not observed.',
      ja: '違いは見つからなかったが、結果は観測していない。',
    };
  }
  return { en: 'The observation matches the prediction.', ja: '観測は予測と一致した。' };
}
