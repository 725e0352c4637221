import { networkInterfaces } from 'node:os';
import { addressNumber, parseCidr, parsePool, type AddressRange } from '../lab/ipv4.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabFileAnswers } from '../lab/lab-file-template.ts';
import { vmPlan } from '../lab/vm-nodes.ts';

/**
 * Answers with addresses for VMs that neither this computer nor a known lab has; others as they are.
 * @param file of the lab, whose own addresses are free for it
 */
export function withFreeAddresses(answers: LabFileAnswers, file: string, labs: readonly Lab[]): LabFileAnswers {
  const { machines, nodes, lan } = answers;
  if (!machines || nodes.length > 0) return answers;
  const taken = { interfaces: ownNetworks(), labs: labs.filter((lab) => lab.file !== file).flatMap(rangesOf) };
  const planned = vmPlan(machines, lan, taken);
  return planned ? { ...planned, ...answers, nodes: planned.nodes } : answers;
}

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
