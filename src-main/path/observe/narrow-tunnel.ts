import type { Hop, Path } from '../../contract/path.ts';
import { sh } from '../../machines/command.ts';
import type { LabContext } from '../../plan/lab-context.ts';
import { addressOf } from '../node-network.ts';
import { told, type PathFacts } from '../path-facts.ts';
import type { NarrowTunnel } from '../path-end.ts';

/** Bytes of the headers of IP and ICMP. */
const HEADERS = 28;
/** Bytes of a ping that fits everywhere. */
const SMALL = 56;

/**
 * Looks for a tunnel of a path through which a small packet passes, and one of the size that its interface allows does not. Pings from
 * the node that wraps to the one that unwraps, none of them to be split. @throws Cancelled
 */
export async function findNarrowTunnel(
  context: LabContext,
  facts: PathFacts,
  { legs }: Pick<Path, 'legs'>,
  signal: AbortSignal,
): Promise<NarrowTunnel | undefined> {
  const found = await Promise.all(tunnelsOf(legs).map((tunnel) => probe(context, facts, tunnel, signal)));
  return found.find((narrow) => narrow !== undefined);
}

interface Tunnel {
  /** Where the packet is wrapped. */
  readonly hop: Hop;
  /** The node that unwraps it. */
  readonly to: string;
}

function tunnelsOf(legs: Path['legs']): readonly Tunnel[] {
  const hops = legs.flatMap((leg) => leg.hops).filter(({ layer }) => layer === 'overlay');
  return hops.flatMap((hop, index) => {
    const next = hops[index + 1];
    return next && next.machine !== hop.machine && hop.after.outer ? [{ hop, to: next.machine }] : [];
  });
}

async function probe(
  context: LabContext,
  facts: PathFacts,
  { hop, to }: Tunnel,
  signal: AbortSignal,
): Promise<NarrowTunnel | undefined> {
  const { machine } = hop;
  const device = hop.place.name;
  const link = facts.nodes.get(machine)?.links?.value.find(({ name }) => name === device);
  const far = facts.nodes.get(to);
  const address = far && addressOf(far, far.links?.value.find(({ kind }) => kind === 'vxlan')?.name ?? '');
  if (!link || address === undefined) return undefined;
  const full = link.mtu - HEADERS;
  const ping = (bytes: number) => sh`ping -n -q -c 1 -W 1 -M do -s ${bytes} ${address}`;
  const send = async (bytes: number) => {
    const output = await context.machine(machine).run(ping(bytes), { sudo: true, accept: 'any', signal });
    const text = `${output.stdout}${output.stderr}`;
    const lines = text.split('\n').filter((line) => /transmitted|too long/i.test(line));
    return { answered: output.exitCode === 0, told: told({ machine, command: ping(bytes), sudo: true, text }, lines) };
  };
  const [small, whole] = await Promise.all([send(SMALL), send(full)]);
  if (!small.answered || whole.answered) return undefined;
  return {
    hop: hop.id,
    told: [small.told, whole.told],
    sentence: {
      en: `From ${machine} to ${to} through ${device}, a ping of ${SMALL} bytes is answered, one of ${full} bytes is not (\`${ping(full)}\`).`,
      ja: `${machine} から ${to} へ ${device} を通る ${SMALL} バイトの ping には応答があり、${full} バイトにはない (\`${ping(full)}\`)。`,
    },
  };
}
