import { parseService } from '../cluster/services.ts';
import { jsonOf, kubectl, ofCluster } from '../cluster/kubectl.ts';
import { interfaceOf, interfaces } from '../facts/interfaces.ts';
import type { Fact } from '../facts/fact.ts';
import { addressNumber, addressText, parsePool } from '../lab/ipv4.ts';
import { controlPlane, workers, type Lab } from '../lab/lab.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { StageRefused } from '../stages/stage-refused.ts';
import { z } from 'zod';
import { holderOf } from './address-in-use.ts';
import type { Loan } from './lent-address.ts';

/** How many addresses of the pool are tried, from its end. */
const TRIED = 3;

const listSchema = z.object({ items: z.array(z.unknown()) });

/** Addresses that Services of the cluster have or ask for; none where there is no cluster. */
const announcedAddresses: Fact<readonly string[]> = {
  id: 'announced-addresses',
  ...ofCluster,
  command: kubectl`get services -A -o json`,
  parse: (printed) =>
    (jsonOf(printed, listSchema)?.items ?? [])
      .map(parseService)
      .flatMap(({ externalAddresses, statedAddresses }) => [...externalAddresses, ...statedAddresses]),
};

/**
 * An address of the pool that nobody has, for one node after the other: workers first, as MetalLB chooses. With one node, one loan.
 * @throws StageRefused when each address that was tried is in use; MachineError when that cannot be read
 */
export async function chooseLoans(context: LabContext): Promise<readonly Loan[]> {
  const { lab } = context;
  const nodes = [...workers(lab), controlPlane(lab)].slice(0, 2);
  const [announced, all] = await Promise.all([
    context.read(controlPlane(lab).name, announcedAddresses),
    Promise.all(lab.nodes.map(({ name }) => context.read(name, interfaces))),
  ]);
  const own = all.flat().flatMap(({ ipv4 }) => ipv4.map(({ address }) => address));
  const taken = new Map([...announced, ...own].map((address) => [address, '']));
  const asked = nodes[0]?.name ?? '';
  for (const address of candidates(lab)
    .filter((one) => !taken.has(one))
    .slice(0, TRIED)) {
    const holder = await context.read(asked, holderOf(address));
    if (holder === undefined) return Promise.all(nodes.map((node) => loanOf(context, node, address)));
    taken.set(address, holder);
  }
  throw inUse(asked, lab, taken);
}

/** From the end of the pool, where DHCP servers and MetalLB come last; the VIP itself only where there is no other. */
function candidates({ loadBalancer: { pool, vip } }: Lab): readonly string[] {
  const { first, last } = parsePool(pool);
  const count = Math.min(256, Math.abs(last - first) + 1);
  const all = Array.from({ length: count }, (_, index) => addressText(Math.max(first, last) - index));
  const host = all.filter((address) => !/\.(?:0|255)$/.test(address) && addressNumber(address) !== addressNumber(vip));
  return [...host, vip];
}

async function loanOf(
  context: LabContext,
  { name, address: own }: { name: string; address: string },
  address: string,
): Promise<Loan> {
  const found = interfaceOf(await context.read(name, interfaces), own);
  if (found) return { address, machine: name, device: found.name, mac: found.mac };
  throw new StageRefused(
    name,
    {
      en: `No network interface of ${name} has ${own}`,
      ja: `${name} に ${own} を持つネットワークインターフェースがない`,
    },
    {
      en: 'The node is behind NAT, or the address in the lab file is another machine’s: use the address that `ip addr` shows there.',
      ja: 'ノードが NAT の内側にあるか、ラボファイルのアドレスが別のマシンのものです。そのノードの `ip addr` が示すアドレスにしてください。',
    },
  );
}

function inUse(machine: string, { loadBalancer: { pool } }: Lab, taken: ReadonlyMap<string, string>): StageRefused {
  const holders = [...taken].filter(([, mac]) => mac !== '');
  const who = holders.map(([address, mac]) => `${address} (${mac})`).join(', ') || [...taken.keys()].join(', ');
  return new StageRefused(
    machine,
    {
      en: `No address of ${pool} is free to be lent: in use are ${who}`,
      ja: `${pool} に試しに使える空きアドレスがない。使用中: ${who}`,
    },
    {
      en: "Choose a loadBalancer.pool outside the router's DHCP range, with one address more than your Services need.",
      ja: 'ルーターの DHCP 範囲の外で、Service に必要な数より 1 つ多いアドレスを持つ loadBalancer.pool にしてください。',
    },
  );
}
