/** Places of the picture in CSS pixels. The order of things is fixed, so nothing has to be searched for. */
export interface Span {
  readonly at: number;
  readonly size: number;
}

export interface Geometry {
  /** How large it is drawn; the places below are before it. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** Left edge and width of the client and of each node. */
  readonly client: Span;
  readonly columns: readonly Span[];
  /** Top edge and height of each row; the same in every node. */
  readonly lan: Span;
  readonly card: Span;
  readonly header: Span;
  readonly eth0: Span;
  readonly kernel: Span;
  readonly overlay: Span;
  readonly pipes: Span;
  /** Outlines of what later stages bring. */
  readonly shelf: Span;
  readonly pods: Span;
}

export interface Sizes {
  /** Of the place for the picture. */
  readonly width: number;
  readonly nodes: number;
  /** How many times larger than it fits. */
  readonly zoom: number;
  /** Lines in the kernel strip. */
  readonly rules: number;
  /** Lines of outlines above the pods. */
  readonly shelf: number;
  /** Lanes for VXLAN tunnels. */
  readonly lanes: number;
  /** Height of the highest stack of pods. */
  readonly podsHeight: number;
}

export const GAP = 10;
export const PAD = 8;
export const RULE = 18;
export const LANE = 9;
export const SHELF = 32;
const CLIENT = { least: 164, most: 250 };
const COLUMN = { least: 202, most: 290 };
/** The picture is drawn as large as fits, within these; below the least it scrolls. */
const SCALE = { least: 0.84, most: 1.15 };

/** Wide windows get larger writing and wider boxes; what does not fit a narrow one scrolls sideways. */
export function geometryOf(sizes: Sizes): Geometry {
  const { nodes } = sizes;
  const least = CLIENT.least + GAP * (nodes + 1.5) + COLUMN.least * nodes;
  const scale = Math.min(SCALE.most, Math.max(SCALE.least, sizes.width / least)) * sizes.zoom;
  const width = sizes.width / scale;
  const shares = nodes + 0.9;
  const share = Math.floor((width - GAP * (nodes + 1)) / shares);
  const column = Math.min(COLUMN.most, Math.max(COLUMN.least, share));
  const left = width - nodes * (column + GAP) - GAP * 1.5;
  const client = { at: GAP / 2, size: Math.min(CLIENT.most, Math.max(CLIENT.least, Math.floor(left))) };
  const first = client.at + client.size + GAP;
  const columns = Array.from({ length: nodes }, (_, index) => ({ at: first + index * (column + GAP), size: column }));
  return { ...rowsOf(sizes), scale, client, columns, width: first + nodes * (column + GAP) };
}

type Rows = Omit<Geometry, 'scale' | 'client' | 'columns' | 'width'>;

function rowsOf({ rules, lanes, shelf: shelves, podsHeight }: Sizes): Rows {
  const lan = { at: 6, size: 26 };
  const header = { at: lan.at + lan.size + 44, size: 34 };
  const eth0 = { at: below(header, 2), size: 40 };
  const kernel = { at: below(eth0, 14), size: 24 + Math.max(1, rules) * RULE + 4 };
  const overlay = { at: below(kernel, 14), size: 52 };
  const pipes = { at: below(overlay, 4), size: Math.max(1, lanes) * LANE + 6 };
  const shelf = { at: below(pipes, 8), size: shelves * SHELF };
  const pods = { at: below(shelf, 0), size: podsHeight };
  const card = { at: header.at, size: below(pods, PAD) - header.at };
  return { lan, header, eth0, kernel, overlay, pipes, shelf, pods, card, height: below(card, 8) };
}

function below({ at, size }: Span, gap: number): number {
  return at + size + gap;
}
