import type { Leg, Packet, Stopped } from './path.ts';
import type { Text } from './text.ts';

/* Words of a path that the window, the command line and the exported files share. */

export const legTitles: Readonly<Record<Leg['kind'], Text>> = {
  name: { en: 'Name lookup', ja: '名前解決' },
  request: { en: 'Request', ja: 'リクエスト' },
  back: { en: 'Way back', ja: '帰り道' },
};

export const causeTitles: Readonly<Record<Stopped['cause'], Text>> = {
  'no-arp-answer': { en: 'No ARP answer', ja: 'ARP の応答なし' },
  'nobody-announces': { en: 'Nobody announces the VIP', ja: 'VIP を広告するノードなし' },
  'dropped-by-rule': { en: 'Dropped by a rule', ja: '規則による破棄' },
  'overlay-blocked': { en: 'VXLAN is blocked', ja: 'VXLAN の遮断' },
  'mtu-too-small': { en: 'The MTU is too small', ja: 'MTU の不足' },
  'no-route': { en: 'No route', ja: '経路なし' },
  'not-listening': { en: 'Nothing listens there', ja: '待ち受けなし' },
  'no-http-route': { en: 'No route for this host', ja: 'ホストに合う HTTPRoute なし' },
  'no-upstream': { en: 'The Gateway reaches no pod', ja: 'Gateway から Pod に届かない' },
  'name-unknown': { en: 'The name is not known', ja: '名前が未登録' },
  'resolver-not-asked': { en: 'The resolver is not asked', ja: 'リゾルバが未設定' },
  timeout: { en: 'No answer in time', ja: '時間切れ' },
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
