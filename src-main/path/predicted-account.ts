import type { Basis, Packet } from '../contract/path.ts';
import { announcementOf, type Announcement } from './announcement.ts';
import { UNTOLD_PASSAGE, type Account, type AtNode, type Passage, type Taker } from './account.ts';
import { PredictedRules } from './predicted-rules.ts';
import { likelyAsked, type Chosen, type PassedOn } from './gateway-asked.ts';
import { lanDevice, macOf } from './node-network.ts';
import type { NodeFacts, PathFacts } from './path-facts.ts';

type Predicted = Extract<Basis, { kind: 'predicted' }>;

/** What the facts predict. */
export class PredictedAccount implements Account {
  readonly #facts: PathFacts;
  readonly #basis: Predicted;

  /** @param basis what is said of that which nobody told */
  constructor(facts: PathFacts, basis: Predicted) {
    this.#facts = facts;
    this.#basis = basis;
  }

  sent(packet: Packet): Packet {
    return packet;
  }

  isRemembered(): boolean {
    return false;
  }

  learned(_name: string, address: string) {
    return { address, told: [] };
  }

  handshake() {
    return { spoken: undefined, subject: undefined, issuer: undefined, told: [], refused: undefined };
  }

  taker({ destination }: Packet): Taker | undefined {
    return this.announcer(destination) ?? this.#remembered(destination);
  }

  /** The node whose address it is, or that announces it. */
  announcer(destination: string): Taker | undefined {
    const announced = this.announcement(destination);
    if (!announced)
      return this.#nodes.flatMap((node) => (node.address === destination ? { node, evidence: [] } : []))[0];
    const node = announced.kind === 'node' ? this.#facts.nodes.get(announced.node) : undefined;
    return node && { node, evidence: announced.evidence };
  }

  /** Undefined: the address is a node's own. */
  announcement(destination: string): Announcement | undefined {
    const isOwn = this.#nodes.some(({ address }) => address === destination);
    return isOwn ? undefined : announcementOf(this.#facts, destination);
  }

  /** The node that the client's kernel has for an address which nobody announces any more. */
  #remembered(destination: string): Taker | undefined {
    const announced = announcementOf(this.#facts, destination);
    const mac = this.#facts.client.neighbours?.value.find(({ address }) => address === destination)?.mac;
    const node = this.#nodes.find((one) => mac !== undefined && macOf(one, lanDevice(one)) === mac);
    if (!node || announced.kind !== 'nobody') return undefined;
    return { node, evidence: announced.evidence, nobodyElse: announced.stop.sentence };
  }

  silence(): undefined {
    return undefined;
  }

  isUnseen(): boolean {
    return false;
  }

  passage(): Passage {
    return UNTOLD_PASSAGE;
  }

  rules(crossing: AtNode, basis = this.#basis): PredictedRules {
    return new PredictedRules(crossing, this.#facts.cluster.pods?.value ?? [], basis);
  }

  lost(): undefined {
    return undefined;
  }

  passedOn(chosen: Chosen): PassedOn {
    const { choice } = chosen;
    if (choice.kind !== 'backend') return { asked: undefined, passed: undefined };
    const ground = { evidence: choice.endpoints, basis: this.#basis };
    return { asked: { packet: likelyAsked(chosen), ground }, passed: undefined };
  }

  get #nodes(): readonly NodeFacts[] {
    return [...this.#facts.nodes.values()];
  }
}
