import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { addressNumber, networkOf, networkText, parseCidr, parsePool, type AddressRange } from '../lab/ipv4.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabFileAnswers } from '../lab/lab-file-template.ts';
import type { Problem } from '../lab/problem.ts';
import { vmPlan } from '../lab/vm-plan.ts';
import { onThisComputer } from '../providers/computer.ts';
import { providerOf } from '../providers/index.ts';

/**
 * Answers with addresses for VMs that neither this computer nor a known lab has; others as they are. Undefined where the provider gives
 * out the addresses, and its network is not known.
 * @param file of the lab, whose own addresses are free for it
 */
export async function withFreeAddresses(
  answers: LabFileAnswers,
  file: string,
  labs: readonly Lab[],
): Promise<LabFileAnswers | undefined> {
  const { machines, nodes } = answers;
  if (!machines) return answers;
  const provider = providerOf(machines.provider);
  const [first] = nodes;
  if (first) return provider.network && isIPv4(first.address) ? withPool(answers, first.address) : answers;
  const network = provider.network && answers.lan === undefined ? await onThisComputer(provider.network) : undefined;
  const lan = answers.lan ?? network;
  if (provider.network && lan === undefined) return undefined;
  const taken = { interfaces: ownNetworks(), labs: labs.filter((lab) => lab.file !== file).flatMap(rangesOf) };
  const planned = vmPlan(machines, lan, taken);
  return planned ? { ...planned, ...answers, nodes: planned.nodes } : answers;
}

/** Nodes that are stated, with a pool such as others have on that network. */
function withPool(answers: LabFileAnswers, address: string): LabFileAnswers {
  const { machines, nodes, lan } = answers;
  const own = nodes.flatMap((node) => (isIPv4(node.address) ? [parseCidr(`${node.address}/32`)] : []));
  const network = lan ?? networkText(networkOf(addressNumber(address), 24));
  const planned = machines && vmPlan({ provider: machines.provider }, network, { interfaces: [], labs: own });
  return planned ? { pool: planned.pool, ...answers } : answers;
}

/** The addresses of new VMs cannot be stated. */
export const networkUnknown: Problem = {
  line: 0,
  column: 0,
  path: 'machines.provider',
  text: {
    en: 'The network of Multipass on this computer is not known, since no instance of it runs.',
    ja: 'Multipass のインスタンスが動いていないため、このコンピューターでの Multipass のネットワークが分かりません。',
  },
  remedy: {
    en: 'Start one once (`multipass launch`), or name addresses of that network, one for each node: `hoplab init --machines multipass 192.168.64.11 192.168.64.12`.',
    ja: 'インスタンスを 1 つ起動する (`multipass launch`) か、そのネットワークのアドレスをノードの数だけ `hoplab init --machines multipass 192.168.64.11 192.168.64.12` のように指定してください。',
  },
};

function ownNetworks(): AddressRange[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [parseCidr(cidr)] : [])),
  );
}

function rangesOf({ nodes, client, loadBalancer }: Lab): AddressRange[] {
  const machines = [...nodes, ...(client.kind === 'ssh' ? [client] : [])];
  return [
    ...machines.map(({ address }) => ({ first: addressNumber(address), last: addressNumber(address) })),
    parsePool(loadBalancer.pool),
  ];
}
