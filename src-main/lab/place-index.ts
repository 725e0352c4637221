import { isAlias, isMap, isScalar, isSeq, type LineCounter, type ParsedNode, type YAMLMap } from 'yaml';
import type { Finding, Path } from './finding.ts';
import { formatPath, shown } from './finding.ts';
import type { Problem } from './problem.ts';
import { circularAlias, noMerge, unresolvedAlias } from './yaml-texts.ts';

/** Where everything in a lab file stands. */
export interface PlaceIndex {
  /** The problem at the finding's place; where its path has no place (a missing key), near something else or at the key around. */
  place(finding: Finding): Problem;
  /** Keys that are written twice in one mapping. */
  readonly duplicates: readonly Problem[];
  /** Aliases that stand for nothing: without an anchor, within it, or merged where there are no keys. */
  readonly unresolved: readonly Problem[];
  /** Whether so many mappings are merged into others that reading them would not end. */
  readonly boundless: boolean;
}

interface Place {
  readonly key: number;
  readonly value: number;
}

/**
 * Indexes the offsets of all keys and values. An alias is one place: what it stands for is mended where it is used. A key that
 * is merged in (`<<: *base`) has the place where it is written.
 */
export function placeIndex(root: YAMLMap.Parsed, lines: LineCounter): PlaceIndex {
  const walk = new Walk(lines);
  walk.node(root, [], root.range[0]);
  return {
    duplicates: walk.duplicates,
    unresolved: walk.unresolved,
    boundless: walk.merges > MOST_MERGES,
    place: ({ path, near = path, at = 'value', text, remedy }) => {
      const place = walk.places.get(id(path)) ?? walk.places.get(id(near));
      const { line, col } = lines.linePos(place ? place[at] : walk.around(path));
      return { line, column: col, path: formatPath(path), text, remedy };
    },
  };
}

const MOST_MERGES = 1000;

const id = (path: Path): string => JSON.stringify(path);

class Walk {
  readonly places = new Map<string, Place>();
  readonly duplicates: Problem[] = [];
  readonly unresolved: Problem[] = [];
  merges = 0;
  readonly #anchors = new Map<string, ParsedNode>();
  /** Anchors of the collections that are being walked. */
  readonly #open = new Set<string>();
  #merging = false;
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  node(node: ParsedNode | null, path: Path, key: number): void {
    const nothing = !node || (isScalar(node) && node.value === null && node.source === '');
    this.places.set(id(path), { key, value: nothing ? key : node.range[0] });
    if (isAlias(node) && !this.#anchors.has(node.source)) this.#wrong(node, unresolvedAlias);
    if (isAlias(node) && this.#open.has(node.source)) this.#wrong(node, circularAlias);
    const anchor = node && !isAlias(node) && !this.#merging ? node.anchor : undefined;
    if (node && anchor) this.#anchors.set(anchor, node);
    if (anchor) this.#open.add(anchor);
    if (isMap(node)) this.#map(node, path);
    if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        this.node(item, [...path, index], item.range[0]);
      }
    }
    if (anchor) this.#open.delete(anchor);
  }

  /** The offset of the nearest key, or list item, that exists around a path. */
  around(path: Path): number {
    for (let length = path.length - 1; length > 0; length -= 1) {
      const place = this.places.get(id(path.slice(0, length)));
      if (place) return place.key;
    }
    return this.places.get(id([]))?.key ?? 0;
  }

  #map(map: YAMLMap.Parsed, path: Path): void {
    const seen = new Map<string, number>();
    const known = new Set(map.items.flatMap(({ key }) => (isMerge(key) ? [] : [nameOf(key)])));
    for (const pair of map.items) {
      if (isMerge(pair.key)) {
        this.#merge(pair.value, path, known);
        continue;
      }
      const name = nameOf(pair.key);
      const first = seen.get(name);
      if (first === undefined) seen.set(name, pair.key.range[0]);
      else this.#duplicate([...path, name], first, pair.key.range[0]);
      this.node(pair.value, [...path, name], pair.key.range[0]);
    }
  }

  /** Places the keys of what is merged in; `known`: those that are there already. The first that has a key counts. */
  #merge(source: ParsedNode | null, path: Path, known: Set<string>): void {
    this.merges += 1;
    if (this.merges > MOST_MERGES) return;
    if (isSeq(source)) for (const item of source.items) this.#merge(item, path, known);
    else if (!isAlias(source)) this.#mergeFrom(source, path, known);
    else if (!this.#anchors.has(source.source)) this.#wrong(source, unresolvedAlias);
    else if (this.#open.has(source.source)) this.#wrong(source, circularAlias);
    else if (!isMap(this.#anchors.get(source.source))) this.#wrong(source, noMerge);
    else {
      const before = this.#merging;
      this.#merging = true;
      this.#mergeFrom(this.#anchors.get(source.source) ?? null, path, known);
      this.#merging = before;
    }
  }

  #mergeFrom(map: ParsedNode | null, path: Path, known: Set<string>): void {
    if (map && !isMap(map)) this.#wrong(map, noMerge);
    if (!isMap(map)) return;
    for (const { key, value } of map.items) {
      const name = nameOf(key);
      if (isMerge(key) || known.has(name)) continue;
      known.add(name);
      this.node(value, [...path, name], key.range[0]);
    }
    for (const { key, value } of map.items) if (isMerge(key)) this.#merge(value, path, known);
  }

  #duplicate(path: Path, first: number, again: number): void {
    if (this.#merging) return;
    const { line: before } = this.#lines.linePos(first);
    const { line, col } = this.#lines.linePos(again);
    const name = shown(path.at(-1));
    this.duplicates.push({
      line,
      column: col,
      path: formatPath(path),
      text: {
        en: `The key "${name}" is already on line ${before}.`,
        ja: `キー「${name}」は ${before} 行目にもあります。`,
      },
      remedy: { en: 'Keep one of them.', ja: 'どちらか一方だけにしてください。' },
    });
  }

  #wrong({ range }: ParsedNode, said: Pick<Problem, 'text' | 'remedy'>): void {
    if (this.#merging) return; // it was told where it is written
    const { line, col } = this.#lines.linePos(range[0]);
    this.unresolved.push({ line, column: col, path: '', ...said });
  }
}

function nameOf(key: ParsedNode): string {
  return isScalar(key) ? String(key.value) : '';
}

/** `<<`, which YAML 1.1 merges by; in quotes it is a key like any other. */
function isMerge(key: ParsedNode): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}
