import { setTimeout as sleep } from 'node:timers/promises';
import { readResolver } from '../client/read-resolver.ts';
import { clusterKinds, clusterList, kinds, type ClusterKind } from '../cluster/kinds.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { watchCommand, WatchReader, type WatchEvent } from '../cluster/watch.ts';
import { FactReader, type Fact } from '../facts/fact.ts';
import { forwarding } from '../facts/forwarding.ts';
import { interfaces } from '../facts/interfaces.ts';
import { ipvsTables } from '../facts/ipvs-tables.ts';
import { nftablesTables } from '../facts/kube-proxy-rules.ts';
import { links } from '../facts/links.ts';
import { neighbours } from '../facts/neighbours.ts';
import { iptablesTables } from '../facts/packet-rules.ts';
import { isRead, type Reading } from '../facts/reading.ts';
import { routes } from '../facts/routes.ts';
import { controlPlane } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { Session } from '../rollout/session.ts';
import { problemOf } from './cluster-store.ts';
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
    await Promise.all([
      ...nodeFacts.filter((fact) => fact !== iptablesTables).map((fact) => this.#read(name, fact)),
      this.#readRules(name),
    ]);
  }

  /** The packet filter of every node's kernel. */
  async readChains(): Promise<void> {
    const { nodes } = this.#session.context.lab;
    await Promise.all(nodes.flatMap(({ name }) => [this.#readRules(name), this.#read(name, nftablesTables)]));
  }

  /** The rules of iptables, and the tables of IPVS where they say that kube-proxy leads packets by those. */
  async #readRules(name: string): Promise<void> {
    const rules = await this.#take(name, iptablesTables);
    if (isRead(rules) && rules.value.proxy === 'ipvs') await this.#read(name, ipvsTables);
    if (!this.#signal.aborted) this.#store.keep(iptablesTables.id, rules);
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
    const reading = await this.#take(machine, fact);
    if (!this.#signal.aborted) this.#store.keep(fact.id, reading);
  }

  async #list(kind: ClusterKind): Promise<void> {
    const reading = await this.#take(controlPlane(this.#session.context.lab).name, clusterList(kind), 60_000);
    if (!this.#signal.aborted) this.#store.cluster.keep(kind, reading);
  }

  /** Asks, also while an answer is awaited that may be older than the change for which it is read. */
  #take<Value>(machine: string, fact: Fact<Value>, timeout = 20_000): Promise<Reading<Value>> {
    const facts = new FactReader({ signal: this.#signal, timeout });
    return facts.take(this.#session.context.machine(machine), fact);
  }

  #lost(problem: string): void {
    if (this.#signal.aborted) return; // nobody looks any more
    const { name } = controlPlane(this.#session.context.lab);
    this.#store.cluster.lost(problem, { machine: name, command: watchCommand(), time: new Date().toISOString() });
  }

  async #readResolver(): Promise<void> {
    const reading = await readResolver(this.#session.context);
    if (!this.#signal.aborted) this.#store.keep(RESOLVER, reading);
  }
}
