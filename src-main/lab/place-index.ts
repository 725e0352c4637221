import { isAlias, isMap, isScalar, isSeq, type LineCounter, type ParsedNode, type YAMLMap } from 'yaml';
import type { Finding, Path } from './finding.ts';
import { formatPath, shown } from './finding.ts';
import type { Problem } from './problem.ts';
import { unresolvedAlias } from './yaml-texts.ts';

/** Where everything in a lab file stands. */
export interface PlaceIndex {
  /** The problem at the finding's place; where its path has no place (a missing key), near something else or at the key around. */
  place(finding: Finding): Problem;
  /** Keys that are written twice in one mapping. */
  readonly duplicates: readonly Problem[];
  /** Aliases without an anchor. */
  readonly unresolved: readonly Problem[];
}

interface Place {
  readonly key: number;
  readonly value: number;
}

/** Indexes the offsets of all keys and values. An alias is one place: what it stands for is mended where it is used. */
export function placeIndex(root: YAMLMap.Parsed, lines: LineCounter): PlaceIndex {
  const walk = new Walk(lines);
  walk.node(root, [], root.range[0]);
  return {
    duplicates: walk.duplicates,
    unresolved: walk.unresolved,
    place: ({ path, near = path, at = 'value', text, remedy }) => {
      const place = walk.places.get(id(path)) ?? walk.places.get(id(near));
      const { line, col } = lines.linePos(place ? place[at] : walk.around(path));
      return { line, column: col, path: formatPath(path), text, remedy };
    },
  };
}

const id = (path: Path): string => JSON.stringify(path);

class Walk {
  readonly places = new Map<string, Place>();
  readonly duplicates: Problem[] = [];
  readonly unresolved: Problem[] = [];
  readonly #anchors = new Set<string>();
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  node(node: ParsedNode | null, path: Path, key: number): void {
    const nothing = !node || (isScalar(node) && node.value === null && node.source === '');
    this.places.set(id(path), { key, value: nothing ? key : node.range[0] });
    if (isAlias(node) && !this.#anchors.has(node.source)) this.#unknownAnchor(node.range[0]);
    if (node && !isAlias(node) && node.anchor) this.#anchors.add(node.anchor);
    if (isMap(node)) this.#map(node, path);
    if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        this.node(item, [...path, index], item.range[0]);
      }
    }
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
    for (const pair of map.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '';
      const first = seen.get(name);
      if (first === undefined) seen.set(name, pair.key.range[0]);
      else this.#duplicate([...path, name], first, pair.key.range[0]);
      this.node(pair.value, [...path, name], pair.key.range[0]);
    }
  }

  #duplicate(path: Path, first: number, again: number): void {
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

  #unknownAnchor(offset: number): void {
    const { line, col } = this.#lines.linePos(offset);
    this.unresolved.push({ line, column: col, path: '', ...unresolvedAlias });
  }
}
