import { withAddresses, withoutNode, withWorkers, type NewWorker } from '../lab/edit-nodes.ts';
import type { Lab, LabNode } from '../lab/lab.ts';
import { workerNames } from '../lab/name-nodes.ts';
import { readLabFile, readLabText } from '../lab/read-lab-file.ts';
import { editByHand, isControlPlane, noSuchNode } from './refused-nodes.ts';
import { replaceLabFile } from './write-lab-file.ts';

/** A lab file with other nodes, before it is written. */
export interface NodesEdit {
  readonly file: string;
  readonly was: string;
  readonly text: string;
  /** The lab that the text describes. */
  readonly lab: Lab;
  /** Names of the nodes that came in, without those that were there already. */
  readonly added: readonly string[];
}

/**
 * A lab file with further workers; one without a name gets the next k8s-worker1, k8s-worker2 …. Who is there already is not added
 * again. @throws LabFileError with all that would be wrong with it; Refused where its list cannot be changed in place
 */
export async function labWithWorkers(
  file: string,
  asked: readonly { readonly name?: string; readonly address: string }[],
): Promise<NodesEdit> {
  const was = await readLabText(file);
  const { nodes } = await parsed(file, was);
  const names = new Set([...nodes, ...asked].map(({ name }) => name));
  const nextName = workerNames(names);
  const added = asked
    .filter((one) => !nodes.some((node) => isSame(node, one)))
    .map(({ name, address }): NewWorker => ({ name: name ?? nextName(), address }));
  const text = added.length === 0 ? was : withWorkers(was, added);
  if (text === undefined) throw editByHand(file);
  return { file, was, text, lab: await parsed(file, text), added: added.map(({ name }) => name) };
}

/**
 * A lab file with one worker more, as a form asks for it: what a node has already is a problem of the new one.
 * @throws as `labWithWorkers` does
 */
export async function labWithNewWorker(
  file: string,
  { name, address }: { readonly name?: string | undefined; readonly address: string },
): Promise<NodesEdit> {
  const { was, text, worker } = await newWorkerText(file, { name, address });
  return { file, was, text, lab: await parsed(file, text), added: [worker.name] };
}

/** The same, before anybody looks what is wrong with it. @throws LabFileError with what is wrong already; Refused */
export async function newWorkerText(
  file: string,
  { name, address }: { readonly name?: string | undefined; readonly address: string },
): Promise<{ readonly was: string; readonly text: string; readonly worker: NewWorker; readonly index: number }> {
  const was = await readLabText(file);
  const { nodes } = await parsed(file, was);
  const worker = { name: name ?? workerNames(new Set(nodes.map((node) => node.name)))(), address };
  const text = withWorkers(was, [worker]);
  if (text === undefined) throw editByHand(file);
  return { was, text, worker, index: nodes.length };
}

/** A lab file without a worker. @throws LabFileError; Refused for the control plane, for who is not there, or as above */
export async function labWithoutWorker(file: string, name: string): Promise<NodesEdit> {
  const was = await readLabText(file);
  workerNamed(await parsed(file, was), name);
  const text = withoutNode(was, name);
  if (text === undefined) throw editByHand(file);
  return { file, was, text, lab: await parsed(file, text), added: [] };
}

/** A lab file with other addresses for some of its nodes, by name. @throws LabFileError; Refused as above */
export async function labWithAddresses(file: string, addresses: ReadonlyMap<string, string>): Promise<NodesEdit> {
  const was = await readLabText(file);
  const text = withAddresses(was, addresses);
  if (text === undefined) throw editByHand(file);
  return { file, was, text, lab: await parsed(file, text), added: [] };
}

/** @throws Refused when it is not as it was read */
export async function writeEdit({ file, was, text }: NodesEdit): Promise<void> {
  if (text !== was) await replaceLabFile(file, text, was);
}

/** A worker of a lab. @throws Refused */
export function workerNamed({ nodes }: Lab, name: string): LabNode {
  const node = nodes.find((one) => one.name === name);
  if (!node)
    throw noSuchNode(
      name,
      nodes.filter(({ role }) => role === 'worker').map((one) => one.name),
    );
  if (node.role === 'control-plane') throw isControlPlane(name);
  return node;
}

function isSame(node: LabNode, asked: { readonly name?: string; readonly address: string }): boolean {
  const { name, role, address, alias } = node;
  const sameName = asked.name === undefined || asked.name === name;
  return role === 'worker' && sameName && [address, alias?.alias].includes(asked.address);
}

function parsed(file: string, text: string): Promise<Lab> {
  return readLabFile(file, { bundle: 'later', text });
}
