import type { Text } from '../../../../src-main/contract/text.ts';
import { topologyTexts } from '../../../texts/topology-texts.ts';
import type { NodeColumn } from './columns.ts';
import { nodeState, nodeStateWord, type NodeState } from './node-state.ts';
import { podState, type PodState } from './pod-state.ts';

/** A node as a small summary, where there are too many for columns. */
export interface Tile {
  readonly name: string;
  readonly state: NodeState;
  /** Of the LAN; undefined: not read. */
  readonly address: string | undefined;
  readonly pods: Readonly<Record<PodState, number>>;
  /** Pods; undefined: not known. */
  readonly all: number | undefined;
  /** How many other nodes its VXLAN table knows; undefined: not read. */
  readonly known: number | undefined;
  /** What is told where something was not read. */
  readonly absence: Text;
}

/** @param known how many others its forwarding table has, as far as it was read */
export function tileOf(column: NodeColumn, known: number, absence: Text): Tile {
  const pods = { ok: 0, running: 0, failed: 0, cancelled: 0 };
  for (const { pod } of column.pods) pods[podState(pod)] += 1;
  for (const pod of column.hostPods) pods[podState(pod)] += 1;
  const state = nodeState(column.node);
  return {
    name: column.name,
    state,
    address: column.lan?.addresses[0]?.split('/')[0],
    pods,
    all: state === 'unknown' ? undefined : column.pods.length + column.hostPods.length,
    known: column.read ? known : undefined,
    absence,
  };
}

/** A tile's state in a word. */
export function tileStateWord({ state, absence }: Tile): Text {
  return state === 'unknown' ? absence : nodeStateWord(state);
}

/** A tile in words: its state, and its pods where they are known. */
export function tileWords(tile: Tile): readonly Text[] {
  return [tileStateWord(tile), ...(tile.all === undefined ? [] : [topologyTexts.pods(tile.pods.ok, tile.all)])];
}

/** Where the tiles are, in CSS pixels: rows under the LAN, in the order of the lab file. */
export interface TileGrid {
  readonly size: TileSize;
  readonly perRow: number;
  readonly width: number;
  readonly tileHeight: number;
  readonly height: number;
}

/** How much a tile tells: all; name, state and bar; or hardly more than the bar. */
export type TileSize = 'whole' | 'short' | 'bar';

const SIZES: readonly { size: TileSize; least: number; height: number }[] = [
  { size: 'whole', least: 148, height: 78 },
  { size: 'short', least: 100, height: 42 },
  { size: 'bar', least: 70, height: 26 },
];
const GAP = 6;
export const TILES = { left: 182, top: 56 };

/** The largest tiles with which all nodes are on screen at once; the smallest where that cannot be. */
export function gridOf(port: { width: number; height: number }, tiles: number): TileGrid {
  const grids = SIZES.map((size) => gridWith(size, port.width, tiles));
  const [last] = grids.slice(-1);
  const fits = grids.find(({ height }) => height <= port.height) ?? last;
  if (!fits) throw new Error('there are sizes');
  return fits;
}

function gridWith({ size, least, height }: (typeof SIZES)[number], width: number, tiles: number): TileGrid {
  const room = Math.max(least, width - TILES.left - GAP);
  const perRow = Math.max(1, Math.floor((room + GAP) / (least + GAP)));
  const rows = Math.ceil(tiles / perRow);
  return {
    size,
    perRow,
    width: Math.floor((room + GAP) / perRow) - GAP,
    tileHeight: height,
    height: TILES.top + rows * (height + GAP) + GAP,
  };
}

export function tilePlace(index: number, { perRow, width, tileHeight }: TileGrid): { left: number; top: number } {
  return {
    left: TILES.left + (index % perRow) * (width + GAP),
    top: TILES.top + Math.floor(index / perRow) * (tileHeight + GAP),
  };
}

/** First and last tile that is on screen. */
export function tilesOnScreen(grid: TileGrid, top: number, height: number): readonly [number, number] {
  const row = (y: number): number => Math.floor((y - TILES.top) / (grid.tileHeight + GAP));
  return [Math.max(0, row(top) - 1) * grid.perRow, (row(top + height) + 2) * grid.perRow - 1];
}

/** What all names begin with, up to a hyphen: `k8s-`. A small tile leaves it out. */
export function commonStart(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = others.length === 0 ? 0 : first.length;
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, first.lastIndexOf('-', length - 1) + 1);
}

/** A name in two: a start that may be cut, and the end, in which names of one lab differ. */
export function nameParts(name: string): readonly [start: string, end: string] {
  return [name.slice(0, -KEPT), name.slice(-KEPT)];
}

/** Characters of a name's end that the narrowest tile has room for. */
const KEPT = 5;
