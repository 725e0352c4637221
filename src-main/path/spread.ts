import type { Branch, Hop, Path, Spread } from '../contract/path.ts';

/** How the requests of several observed paths spread over the endpoints of the last choice on the way. */
export function spreadOf(paths: readonly Pick<Path, 'legs' | 'end'>[]): Spread {
  const shares = new Map<string, { branch: Branch; requests: number }>();
  for (const path of paths) {
    const choice = lastChoice(path);
    for (const branch of choice?.branches ?? []) {
      const share = shares.get(branch.endpoint) ?? { branch, requests: 0 };
      const counts = branch.taken && choice?.basis.kind === 'observed' && path.end.status === 'answered';
      shares.set(branch.endpoint, { ...share, requests: share.requests + (counts ? 1 : 0) });
    }
  }
  return {
    requests: paths.length,
    unanswered: paths.filter(({ end }) => end.status !== 'answered').length,
    shares: [...shares.values()].map(({ branch: { endpoint, pod, node, probability }, requests }) => ({
      endpoint,
      pod,
      node,
      probability,
      requests,
    })),
  };
}

function lastChoice({ legs }: Pick<Path, 'legs'>): Hop | undefined {
  const hops = legs.flatMap((leg) => (leg.kind === 'back' ? [] : leg.hops));
  return hops.filter(({ branches }) => branches.length > 0).at(-1);
}
