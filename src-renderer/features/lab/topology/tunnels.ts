import type { ElementOf } from '../../../../src-main/contract/topology.ts';

/** A VXLAN pipe between two nodes: each end knows the other by an entry of its forwarding table, or does not. */
export interface Pipe {
  readonly key: string;
  /** Positions of the nodes; `from` is the left one. */
  readonly from: number;
  readonly to: number;
  readonly there: ElementOf<'tunnel'> | undefined;
  readonly back: ElementOf<'tunnel'> | undefined;
}

/** One pipe for each two nodes of which at least one knows the other, the shortest first. */
export function pipesOf(tunnels: readonly ElementOf<'tunnel'>[], names: readonly string[]): Pipe[] {
  const position = new Map(names.map((name, index) => [name, index]));
  const pipes = new Map<string, Pipe>();
  for (const tunnel of tunnels) {
    const start = position.get(tunnel.from);
    const end = position.get(tunnel.to ?? '');
    if (start === undefined || end === undefined || start === end) continue;
    const [from, to] = start < end ? [start, end] : [end, start];
    const key = `${from}-${to}`;
    const known = pipes.get(key) ?? { key, from, to, there: undefined, back: undefined };
    pipes.set(key, start < end ? { ...known, there: tunnel } : { ...known, back: tunnel });
  }
  return [...pipes.values()].sort((one, other) => one.to - one.from - (other.to - other.from) || one.from - other.from);
}
