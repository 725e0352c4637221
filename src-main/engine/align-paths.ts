import type { AlignedHops, ComparedPaths } from '../contract/kept-paths.ts';
import { changedFields } from '../contract/path-words.ts';
import type { Hop, Leg, Path } from '../contract/path.ts';

type Legs = ComparedPaths['legs'];
type Kind = Leg['kind'];
type Difference = AlignedHops['differs'][number];

const KINDS: readonly Kind[] = ['name', 'request', 'back'];

/** Two paths leg by leg, the hops at the same place of the same machine in one row. */
export function alignPaths(one: Path, other: Path): Legs {
  return KINDS.flatMap((kind) => {
    const [left, right] = [hopsOf(one, kind), hopsOf(other, kind)];
    if (left.length + right.length === 0) return [];
    return [{ kind, rows: alignHops(left, right).map(([a, b]) => row(kind, a, b)) }];
  });
}

function hopsOf({ legs }: Path, kind: Kind): readonly Hop[] {
  return legs.flatMap((leg) => (leg.kind === kind ? leg.hops : []));
}

type Pair = readonly [Hop | undefined, Hop | undefined];

/** The longest run of places that both pass, in order; what is between them stands side by side where it is of one kind. */
function alignHops(left: readonly Hop[], right: readonly Hop[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...commonPlaces(left, right), [left.length, right.length] as const]) {
    pairs.push(...besides(left.slice(i, a), right.slice(j, b)));
    if (left[a] && right[b]) pairs.push([left[a], right[b]]);
    [i, j] = [a + 1, b + 1];
  }
  return pairs;
}

/** Indexes of the longest common subsequence. */
function commonPlaces(left: readonly Hop[], right: readonly Hop[]): readonly (readonly [number, number])[] {
  const lengths = left.map(() => right.map(() => 0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const length = samePlace(left[i], right[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      const line = lengths[i];
      if (line) line[j] = length;
    }
  }
  const found: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < left.length && j < right.length;) {
    if (samePlace(left[i], right[j])) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}

function samePlace(one: Hop | undefined, other: Hop | undefined): boolean {
  return (
    one?.machine === other?.machine && one?.place.kind === other?.place.kind && one?.place.name === other?.place.name
  );
}

/** Hops that only one path passes: another pod, another veth, another node stand beside what they are in place of. */
function besides(left: readonly Hop[], right: readonly Hop[]): readonly Pair[] {
  const rest = [...right];
  const pairs: Pair[] = [];
  for (const hop of left) {
    const index = rest.findIndex(({ place, layer }) => place.kind === hop.place.kind && layer === hop.layer);
    if (index < 0) {
      pairs.push([hop, undefined]);
      continue;
    }
    const [before, found] = [rest.splice(0, index), rest.shift()];
    pairs.push(...before.map((alone): Pair => [undefined, alone]), [hop, found]);
  }
  return [...pairs, ...rest.map((alone): Pair => [undefined, alone])];
}

function row(kind: Kind, one: Hop | undefined, other: Hop | undefined): AlignedHops {
  return { one: one?.id ?? null, other: other?.id ?? null, differs: one && other ? differences(kind, one, other) : [] };
}

function differences(kind: Kind, one: Hop, other: Hop): Difference[] {
  const found: Difference[] = [];
  if (!samePlace(one, other)) found.push('place');
  if (packetDiffers(kind, one, other)) found.push('packet');
  if (takenOf(one) !== takenOf(other)) found.push('branch');
  if (one.basis.kind !== other.basis.kind) found.push('basis');
  return found;
}

/** A client chooses its port anew for each request: on the way there it is the source, on the way back the destination. */
function packetDiffers(kind: Kind, one: Hop, other: Hop): boolean {
  const chosen = kind === 'back' ? 'destinationPort' : 'sourcePort';
  return (['before', 'after'] as const).some((when) =>
    changedFields(one[when], other[when]).some((field) => field !== chosen),
  );
}

function takenOf({ branches }: Hop): string | undefined {
  return branches.find(({ taken }) => taken)?.endpoint;
}
