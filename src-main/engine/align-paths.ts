import { diffArrays } from 'diff';
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
  let [i, j, gone, come] = [0, 0, 0, 0]; // where both are, and how many hops only one passes from there on
  for (const { removed, added, count } of diffArrays([...left], [...right], { comparator: samePlace })) {
    if (removed) gone = count;
    else if (added) come = count;
    else {
      pairs.push(...besides(left.slice(i, (i += gone)), right.slice(j, (j += come))));
      for (let common = 0; common < count; common += 1) pairs.push([left[i++], right[j++]]);
      [gone, come] = [0, 0];
    }
  }
  return [...pairs, ...besides(left.slice(i), right.slice(j))];
}

function samePlace(one: Hop, other: Hop): boolean {
  return one.machine === other.machine && one.place.kind === other.place.kind && one.place.name === other.place.name;
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
