import type { ElementOf } from '../../../../src-main/contract/topology.ts';
import type { Picture } from './shown-picture.ts';

/** Something in the picture that was looked for. */
export interface Found {
  readonly element: Findable;
  readonly title: string;
  readonly detail: string;
  /** The node it is on; undefined: on each. */
  readonly node: string | undefined;
}

/** What can be looked for. */
type Findable = ElementOf<'node' | 'pod' | 'interface' | 'service'>;

const MOST = 12;

/** What has the words in its name or one of its addresses, the closest first. */
export function findIn(picture: Picture, words: string): readonly Found[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return [];
  const hits: { found: Found; rank: number }[] = [];
  for (const kind of ['node', 'pod', 'interface', 'service'] as const) {
    for (const element of picture.all(kind)) {
      const rank = rankOf(namesOf(element), wanted);
      const found = rank === undefined ? undefined : foundOf(element);
      if (rank !== undefined && found) hits.push({ found, rank });
    }
  }
  return hits
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map(({ found }) => found);
}

/** 0: it is that, 1: it begins so, 2: it is somewhere in it. */
function rankOf(names: readonly (string | null)[], wanted: string): number | undefined {
  const ranks = names.flatMap((name) => {
    const place = name?.toLowerCase().indexOf(wanted) ?? -1;
    if (place < 0) return [];
    if (place > 0) return [2];
    return [name?.length === wanted.length ? 0 : 1];
  });
  return ranks.length ? Math.min(...ranks) : undefined;
}

function namesOf(element: Findable): readonly (string | null)[] {
  switch (element.kind) {
    case 'node':
      return [element.name, element.address];
    case 'pod':
      return [element.name, element.address, `${element.namespace}/${element.name}`];
    case 'interface':
      return [element.mac, element.role === 'veth' ? element.name : null, ...element.addresses.map(bare)];
    case 'service':
      return [
        element.name,
        `${element.namespace}/${element.name}`,
        element.clusterAddress,
        ...element.externalAddresses,
        ...element.ports.map(({ nodePort }) => (nodePort === null ? null : String(nodePort))),
      ];
  }
}

function foundOf(element: Findable): Found | undefined {
  switch (element.kind) {
    case 'node':
      return { element, title: element.name, detail: element.address, node: element.name };
    case 'pod':
      return pod(element.node, element, `${element.namespace}/${element.name}`, element.address ?? '');
    case 'interface':
      return pod(element.node, element, `${element.name} · ${element.node}`, element.addresses[0] ?? element.mac);
    case 'service':
      return {
        element,
        title: `${element.namespace}/${element.name}`,
        detail: element.externalAddresses[0] ?? element.clusterAddress ?? element.type,
        node: undefined,
      };
  }
}

/** A pod that is on no node yet is nowhere in the picture. */
function pod(node: string | null, element: Findable, title: string, detail: string): Found | undefined {
  return node === null ? undefined : { element, title, detail, node };
}

function bare(address: string): string {
  return address.split('/')[0] ?? address;
}
