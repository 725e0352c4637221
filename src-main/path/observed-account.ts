import type { ArpAnswer } from '../client/arp-answer.ts';
import { readHandshake } from '../client/read-handshake.ts';
import type { Basis, Difference, Leg, Packet } from '../contract/path.ts';
import type { Read } from '../facts/reading.ts';
import {
  UNTOLD_PASSAGE,
  type Account,
  type AtNode,
  type NodeRules,
  type Passage,
  type Taker,
  type Handshake,
} from './account.ts';
import { compareAddress, compareTaker } from './compare.ts';
import { PredictedAccount } from './predicted-account.ts';
import type { Chosen, PassedOn } from './gateway-asked.ts';
import { passedOn } from './gateway-watch.ts';
import { told, type PathFacts, type Told } from './path-facts.ts';
import { certificateRefused, isResolved, saidBy, type Reply } from './reply.ts';
import { silenceOf } from './silence.ts';
import { ObservedRules } from './observed-rules.ts';
import { UNTOLD } from './unread-rules.ts';
import type { Witness } from './witness.ts';

interface Parts {
  readonly facts: PathFacts;
  readonly witness: Witness;
  /** What the client got. */
  readonly reply: Reply;
  /** Who answers ARP for the address, where that was asked. */
  readonly answer: Read<ArpAnswer> | undefined;
  readonly leg: Leg['kind'];
  /** What is said of that which nobody told. */
  readonly predicted: Extract<Basis, { kind: 'predicted' }>;
  /** Where the differences to what is predicted are put. */
  readonly differences: Difference[];
}

/** What those who watched a request told; where nobody looked, what is predicted, and that nobody did. */
export class ObservedAccount implements Account {
  readonly #parts: Parts;
  readonly #predicted: PredictedAccount;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#predicted = new PredictedAccount(parts.facts, parts.predicted);
  }

  sent(packet: Packet): Packet {
    return { ...packet, ...this.#parts.witness.flow(packet) };
  }

  isRemembered(query: Packet): boolean {
    const { reply, witness } = this.#parts;
    return isResolved(reply) && witness.flow(query) === undefined;
  }

  /** By dig's answer, or by where curl connected to. */
  learned(name: string, predicted: string) {
    const { reply, differences } = this.#parts;
    const has = reply.addresses;
    differences.push(...compareAddress(name, predicted, has));
    const address = has.includes(predicted) ? predicted : (has[0] ?? predicted);
    return { address, told: has.length > 0 ? [saidBy(reply)] : [] };
  }

  taker(packet: Packet): Taker | undefined {
    const { facts, witness, differences } = this.#parts;
    const node = [...facts.nodes.values()].find(({ name }) => witness.find(name, packet) !== undefined);
    if (!node) return this.#predicted.announcer(packet.destination);
    const announced = this.#predicted.announcement(packet.destination);
    if (announced?.kind === 'node') differences.push(...compareTaker(announced.node, node.name));
    return { node, evidence: announced?.evidence ?? [] };
  }

  silence(packet: Packet): Told | undefined {
    return silenceOf(this.#parts, packet);
  }

  /** Not where it was heard. */
  isUnseen(silence: Told | undefined): boolean {
    const { facts, witness, reply, leg } = this.#parts;
    if (reply.connected || (leg === 'name' && isResolved(reply))) return false;
    return silence !== undefined || [...facts.nodes.keys()].every((node) => witness.watched(node) !== undefined);
  }

  passage(node: string, packet: Packet): Passage {
    const sighting = this.#parts.witness.find(node, packet);
    if (!sighting) return UNTOLD_PASSAGE;
    const { at, arrival, tracked, answers, replied } = sighting;
    const { sourceMac: source, destinationMac: destination } = sighting.packet;
    const answered = replied ? [...tracked, ...answers] : [];
    return { isTold: true, replied, at, macs: { source, destination }, arrival: [arrival], tracked, answers, answered };
  }

  rules(crossing: AtNode): NodeRules {
    const { witness, differences } = this.#parts;
    const { name } = crossing.node;
    const sighting = witness.find(name, crossing.packet);
    const blind = witness.blind(name);
    const reason = blind ?? (sighting && UNTOLD);
    const predicted = this.#predicted.rules(crossing, reason && { kind: 'predicted', reason });
    // what was told in part differs from nothing
    return sighting
      ? new ObservedRules(name, { predicted, sighting, differences: blind ? [] : differences })
      : predicted;
  }

  /** The next node listened, it told nothing of the packet, and no answer came back through the one before. */
  lost({ replied, tracked }: Passage, next: string, packet: Packet): readonly Told[] | undefined {
    const { witness } = this.#parts;
    const listened = witness.watched(next);
    const isThere = witness.find(next, packet) !== undefined || witness.tracks(next, packet);
    if (!listened || isThere || replied !== false) return undefined;
    return tracked.length > 0 ? [...tracked, listened] : [];
  }

  passedOn(chosen: Chosen): PassedOn {
    return passedOn(this.#parts, chosen);
  }

  handshake(): Handshake {
    const { reply } = this.#parts;
    const { command, text, handshake } = reply;
    const { version, subject, issuer } = readHandshake(handshake.join('\n'));
    return {
      spoken: version,
      subject,
      issuer,
      told: [told({ machine: 'client', command, text }, handshake)],
      refused: reply.exitCode === 60 ? { stop: certificateRefused(reply), told: [saidBy(reply)] } : undefined,
    };
  }
}
