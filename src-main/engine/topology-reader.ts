import { setTimeout as sleep } from 'node:timers/promises';
import { resolverZone } from '../client/client.ts';
import { clusterKinds, clusterList, kinds, type ClusterKind } from '../cluster/kinds.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { watchCommand, WatchReader, type WatchEvent } from '../cluster/watch.ts';
import { answerOf, readingOptions, type Fact } from '../facts/fact.ts';
import { forwarding } from '../facts/forwarding.ts';
import { interfaces } from '../facts/interfaces.ts';
import { nftablesTables } from '../facts/kube-proxy-rules.ts';
import { links } from '../facts/links.ts';
import { neighbours } from '../facts/neighbours.ts';
import { iptablesTables } from '../facts/packet-rules.ts';
import { routes } from '../facts/routes.ts';
import { controlPlane } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { NotingMachine } from '../machines/noting-machine.ts';
import type { Session } from '../rollout/session.ts';
import { changesOf } from '../plan/plan.ts';
import { RESOLVER, type TopologyStore } from './topology-store.ts';

/** What the picture reads on every node, and on the client. A recording has to hold them in every state. */
export const nodeFacts: readonly Fact<unknown>[] = [
  interfaces,
  links,
  routes,
  neighbours,
  forwarding,
  iptablesTables,
  nftablesTables,
];
/** The packet filter of a node's kernel, whichever program wrote it. */
const filterFacts: readonly Fact<unknown>[] = [iptablesTables, nftablesTables];
export const clientFacts: readonly Fact<unknown>[] = [interfaces, neighbours];

const FOREVER = 2 ** 31 - 1;
/** Milliseconds before a watch that ended is started again. */
const AGAIN = 2000;

/** Reads the facts of a lab's picture into its store. */
export class TopologyReader {
  readonly #session: Session;
  readonly #store: TopologyStore;
  readonly #signal: AbortSignal;

  constructor(session: Session, store: TopologyStore, signal: AbortSignal) {
    this.#session = session;
    this.#store = store;
    this.#signal = signal;
  }

  /** Everything once. */
  async readAll(): Promise<void> {
    await Promise.all([this.readMachines(), ...clusterKinds.map((kind) => this.#list(kind))]);
  }

  /** Every machine's own facts. */
  async readMachines(): Promise<void> {
    const { lab } = this.#session.context;
    await Promise.all([...lab.nodes.map(({ name }) => name), 'client'].map((name) => this.readMachine(name)));
  }

  /** A node by its name, or `client`. */
  readMachine(name: string): Promise<void> {
    return name === 'client' ? this.readClient() : this.readNode(name);
  }

  async readNode(name: string): Promise<void> {
    await Promise.all(nodeFacts.map((fact) => this.#read(name, fact)));
  }

  /** The packet filter of every node's kernel. */
  async readChains(): Promise<void> {
    const { nodes } = this.#session.context.lab;
    await Promise.all(nodes.flatMap(({ name }) => filterFacts.map((fact) => this.#read(name, fact))));
  }

  async readClient(): Promise<void> {
    await Promise.all([...clientFacts.map((fact) => this.#read('client', fact)), this.#readResolver()]);
  }

  /** Tells of changes of a node's links, addresses and routes as the kernel makes them, until the signal is aborted. */
  async watchNode(name: string, changed: () => void): Promise<void> {
    await this.#again(async () => {
      await this.#session.context.machine(name).run(sh`ip monitor link address route`, {
        timeout: FOREVER,
        keepOutput: false,
        signal: this.#signal,
        accept: 'any',
        onOutput: changed,
      });
    });
  }

  /** Follows every object of the cluster, until the signal is aborted. */
  async watchCluster(changed: (event: WatchEvent) => void): Promise<void> {
    const { lab, machine } = this.#session.context;
    const { name } = controlPlane(lab);
    await this.#again(async () => {
      const reader = new WatchReader((event) => {
        const command = kubectl`get ${kinds[event.kind].words} --watch --output-watch-events -o json`;
        this.#store.cluster.watched(event, { machine: name, command, time: new Date().toISOString() });
        changed(event);
      });
      try {
        const onOutput = ({ text, stream }: { text: string; stream: string }) => {
          if (stream === 'stdout') reader.add(text);
        };
        const options = { timeout: FOREVER, keepOutput: false, sudo: true, accept: 'any' as const };
        await machine(name).run(watchCommand(), { ...options, onOutput, signal: this.#signal });
        this.#lost('');
      } catch (error) {
        this.#lost(problemOf(error));
      }
    });
  }

  async #again(watch: () => Promise<void>): Promise<void> {
    while (!this.#signal.aborted) {
      await watch().catch(() => undefined); // a machine that is away is told by its facts
      await sleep(AGAIN, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }

  async #read(machine: string, fact: Fact<unknown>): Promise<void> {
    try {
      const options = { ...readingOptions(fact), signal: this.#signal, timeout: 20_000 };
      const output = await this.#session.context.machine(machine).run(fact.command, options);
      this.#store.read(machine, fact, output, answerOf(machine, fact, output));
    } catch (error) {
      if (!this.#signal.aborted) this.#store.unreadable(machine, fact, problemOf(error));
    }
  }

  async #list(kind: ClusterKind): Promise<void> {
    const { lab, machine } = this.#session.context;
    const { name } = controlPlane(lab);
    const fact = clusterList(kind);
    try {
      const output = await machine(name).run(fact.command, { sudo: true, accept: 'any', signal: this.#signal });
      const list = answerOf(name, fact, output);
      const told = { machine: name, command: fact.command, time: new Date(output.at).toISOString() };
      if (list.state === 'read') this.#store.cluster.list(kind, list.objects, told);
      else if (list.state === 'none') this.#store.cluster.list(kind, [], told);
      else this.#store.cluster.unreadable(kind, list.problem, told);
    } catch (error) {
      const told = { machine: name, command: fact.command, time: new Date().toISOString() };
      if (!this.#signal.aborted) this.#store.cluster.unreadable(kind, problemOf(error), told);
    }
  }

  #lost(problem: string): void {
    if (this.#signal.aborted) return; // nobody looks any more
    const { name } = controlPlane(this.#session.context.lab);
    this.#store.cluster.lost(problem, { machine: name, command: watchCommand(), time: new Date().toISOString() });
  }

  /** The resolver is set when nothing is to be changed. */
  async #readResolver(): Promise<void> {
    const { client, lab, machine } = this.#session.context;
    const noting = new NotingMachine(machine('client'));
    try {
      const plan = await client.resolver.decide(noting, resolverZone(lab));
      this.#store.read('client', { id: RESOLVER, ...noting.asked }, noting.answer, changesOf(plan).length === 0);
    } catch (error) {
      if (!this.#signal.aborted) this.#store.unreadable('client', { id: RESOLVER, ...noting.asked }, problemOf(error));
    }
  }
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
