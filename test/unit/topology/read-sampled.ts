import type { TopologyElement } from '../../../src-main/contract/topology.ts';
import { TopologyReader } from '../../../src-main/engine/topology-reader.ts';
import { TopologyStore } from '../../../src-main/engine/topology-store.ts';
import { Session } from '../../../src-main/rollout/session.ts';
import { picture } from '../../../src-main/topology/picture.ts';
import { exampleBundle } from '../example-bundle.ts';
import { TableMachine, type Replies } from '../table-machine.ts';
import { sampledLab } from './sampled-lab.ts';

const machines = (replies: Replies) =>
  new Map(
    [...sampledLab.nodes.map(({ name }) => name), 'client'].map((name) => [name, new TableMachine(name, replies)]),
  );

/** Everything that the picture reads, read once from machines that answer out of a table. */
export async function readPicture(
  replies: Replies,
): Promise<{ store: TopologyStore; elements: readonly TopologyElement[] }> {
  const { bundle } = await exampleBundle();
  const { signal } = new AbortController();
  const session = await Session.open({ lab: sampledLab, bundle, open: async () => machines(replies) }, signal);
  const store = new TopologyStore(sampledLab);
  await new TopologyReader(session, store, signal).readAll();
  return { store, elements: picture(store.readings()) };
}
