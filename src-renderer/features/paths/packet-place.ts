import type { Hop } from '../../../src-main/contract/path.ts';
import type { ElementOf } from '../../../src-main/contract/topology.ts';
import type { NodeColumn } from '../lab/topology/columns.ts';
import { PAD, type Geometry, type Span } from '../lab/topology/geometry.ts';
import type { PodStack } from '../lab/topology/pod-stack.ts';

/** Where everything is in the picture. */
export interface Places {
  readonly rows: Geometry;
  readonly columns: readonly NodeColumn[];
  readonly stacks: readonly PodStack[];
  readonly client: ElementOf<'client'> | undefined;
}

/** A box of the picture, in its own pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const POD_HEIGHT = 38;

/** The box at which the packet stops; undefined: its machine is not in the picture. */
export function boxOf({ machine, place }: Pick<Hop, 'machine' | 'place'>, places: Places): Box | undefined {
  if (machine === 'client') return clientBox(place.kind, places);
  const index = places.columns.findIndex(({ name }) => name === machine);
  const column = places.columns[index];
  const span = places.rows.columns[index];
  if (!column || !span) return undefined;
  const { rows } = places;
  const inner = { at: span.at + PAD, size: span.size - 2 * PAD };
  const half = (inner.size - 8) / 2;
  switch (place.kind) {
    case 'chain':
    case 'routing':
      return box(inner, kernelPart(place.name, rows.kernel));
    case 'resolver':
      return box(inner, rows.header);
    case 'pod':
      return podBox(({ pod }) => `${pod.namespace}/${pod.name}` === place.name, inner, places, index);
    case 'interface':
      if (place.name === 'flannel.1') return box({ at: inner.at, size: half }, rows.overlay);
      if (place.name === 'cni0') return box({ at: inner.at + half + 8, size: half }, rows.overlay);
      if (place.name.startsWith('veth')) return podBox(({ veth }) => veth?.name === place.name, inner, places, index);
      return box(inner, rows.eth0);
  }
}

/** The middle of a box. */
export function middle({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * Where the way from one hop to the next turns: over the LAN from machine to machine, through the pipe when encapsulated; inside
 * a machine at the height of the upper of the two.
 */
export function turns(from: Hop, to: Hop, { rows }: Places, [start, end]: readonly [Point, Point]): readonly Point[] {
  if (from.machine === to.machine) return [start.y < end.y ? { x: end.x, y: start.y } : { x: start.x, y: end.y }];
  const tunnelled = from.after.outer !== null || from.layer === 'overlay';
  const { at, size } = tunnelled ? rows.pipes : rows.lan;
  const y = at + size / 2;
  return [
    { x: start.x, y },
    { x: end.x, y },
  ];
}

/** The boxes of the client's card, top to bottom: LAN, ARP where it knows the VIP, names. */
function clientBox(kind: Hop['place']['kind'], { rows, client }: Places): Box {
  const across = { at: rows.client.at + 8, size: rows.client.size - 16 };
  const lan = { at: rows.card.at + 32, size: 54 };
  if (kind !== 'resolver') return box(across, lan);
  const arp = client?.vipMac ? 78 : 0;
  return box(across, { at: lan.at + lan.size + 8 + arp, size: 54 });
}

/** On the way down through the kernel: PREROUTING and what it leads to, then routing and FORWARD, then POSTROUTING. */
function kernelPart(name: string, { at, size }: Span): Span {
  const part = name.includes('POSTROUTING') ? 2 : /FORWARD|main|conntrack/.test(name) ? 1 : 0;
  return { at: at + (part * size) / 3, size: size / 3 };
}

/** A pod that is not in the picture, or not any more, is somewhere among those of its node. */
function podBox(
  is: (pod: PodStack['shown'][number]) => boolean,
  inner: Span,
  { rows, stacks }: Places,
  index: number,
): Box {
  const pod = stacks[index]?.shown.find(is);
  if (!pod) return box(inner, { at: rows.pods.at - 4, size: Math.max(POD_HEIGHT, stacks[index]?.height ?? 0) });
  const { top, height } = pod;
  return box({ at: inner.at + 14, size: inner.size - 14 }, { at: rows.pods.at + top, size: height });
}

function box(across: Span, down: Span): Box {
  return { x: across.at, y: down.at, width: across.size, height: down.size };
}
