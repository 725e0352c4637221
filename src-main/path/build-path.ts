import { isIPv4 } from 'node:net';
import type { ArpAnswer } from '../client/arp-answer.ts';
import type { Difference, Hop, Path, PathEnd } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Account } from './account.ts';
import { compareAddress, compareEnds } from './compare.ts';
import { httpRequest } from './http-request.ts';
import { isResolved, saidBy, type Reply } from './reply.ts';
import { ObservedAccount } from './observed-account.ts';
import { leavePod } from './follow.ts';
import { PredictedAccount } from './predicted-account.ts';
import { becauseOfHostsLine } from './hosts-leg.ts';
import type { Journey, Warning } from './journey.ts';
import { literalAddress, type Known } from './known.ts';
import { clientAddress, leaveClient } from './leave-client.ts';
import { ask, queryOf, resolveHost, type Named } from './name-leg.ts';
import type { Read } from '../facts/reading.ts';
import { newPacket } from './packet.ts';
import { endOf, type NarrowTunnel, type Refusal } from './path-end.ts';
import { proxyNote } from './proxy-note.ts';
import { request, type Requested } from './request-leg.ts';
import type { Target } from './target.ts';
import { Trail } from './trail.ts';
import { wayBack } from './way-back.ts';
import type { Witness } from './witness.ts';

/** What was seen of a request that was really made. */
export interface Observed {
  readonly witness: Witness;
  readonly reply: Reply;
  /** Who answers ARP for the destination, where that was asked. */
  readonly answer?: Read<ArpAnswer> | undefined;
  /** Why a request that was connected got no answer, where that was looked for and found. */
  readonly narrow?: NarrowTunnel | undefined;
  /** Why NGINX closed the connection, where its log says that. */
  readonly refusal?: Refusal | undefined;
  /** How the facts predicted that it ends. */
  readonly predicted?: PathEnd | undefined;
}

const PREDICTED: Text = { en: 'From facts; no request was sent.', ja: '事実からの予測。リクエストは送っていない。' };
const UNSEEN: Text = {
  en: 'No kernel reports this hop; it follows from facts and from what was observed before and after.',
  ja: 'このホップを伝えるカーネルの記録はない。事実と、前後で観測したことから導いた。',
};

/** The path of a target: predicted from what is known, or with what was seen of a real request. */
export function buildPath(known: Known, seen?: Observed): Omit<Path, 'time'> {
  return new Builder(known, seen).build();
}

type Http = Extract<Target, { kind: 'http' }>;

/** Whether an end is one that NGINX was predicted to choose for a share of the requests. */
function isPredicted({ gateway }: Requested, end: PathEnd): boolean {
  if (end.status !== 'stopped' || gateway?.choice.kind !== 'backend') return false;
  return gateway.choice.instead.some(({ stop }) => stop.because === (end.because ?? undefined));
}

class Builder {
  readonly #known: Known;
  readonly #seen: Observed | undefined;
  readonly #unknown: Text[] = [];
  readonly #warnings: Warning[] = [];
  readonly #differences: Difference[] = [];
  readonly #trails: Trail[] = [];

  constructor(known: Known, seen: Observed | undefined) {
    this.#known = known;
    this.#seen = seen;
  }

  build(): ReturnType<typeof buildPath> {
    const { target, facts } = this.#known;
    const requested = target.kind === 'dns' ? this.#query(target) : this.#request(target);
    const last = [...this.#trails].reverse().find((trail) => trail.last !== null);
    const end: PathEnd = endOf(requested.progress, {
      hop: last?.last ?? null,
      predicted: last?.predicted ?? { kind: 'observed' },
      reply: this.#seen?.reply,
      isSeen: this.#trails.some(({ kind, leg }) => kind === 'request' && leg.hops.some(isOfNode)),
      gateway: requested.gateway,
      narrow: this.#seen?.narrow,
      refusal: this.#seen?.refusal,
      mtuTooSmall: this.#warnings.some(({ kind }) => kind === 'mtu'),
    });
    const { predicted, reply } = this.#seen ?? {};
    if (predicted && !isPredicted(requested, end)) this.#differences.push(...compareEnds(predicted, end));
    if (end.status === 'answered' && target.kind === 'http') {
      wayBack({ trail: this.#trail('back'), facts, got: reply ? [saidBy(reply)] : [] }, requested.connections);
    }
    return {
      target: target.text,
      legs: this.#trails.filter((trail) => trail.last !== null).map((trail) => trail.leg),
      end,
      differences: this.#seen ? this.#differences : null,
      unknown: [...facts.unknown, ...this.#unknown],
      notes: [...proxyNote(this.#known), ...this.#warnings.map(({ text }) => text)],
    };
  }

  #journey(kind: 'name' | 'request'): Journey {
    const { facts } = this.#known;
    const trail = this.#trail(kind);
    const answer = this.#seen?.answer;
    const told = { unknown: this.#unknown, warnings: this.#warnings };
    return { facts, account: this.#account(trail), answer, trail, crossed: [], ...told };
  }

  #account({ kind, predicted }: Trail): Account {
    const { facts } = this.#known;
    if (!this.#seen) return new PredictedAccount(facts, predicted);
    const { witness, reply, answer } = this.#seen;
    return new ObservedAccount({ facts, witness, reply, answer, leg: kind, predicted, differences: this.#differences });
  }

  #trail(kind: Trail['kind']): Trail {
    const trail = new Trail(kind, this.#seen ? UNSEEN : PREDICTED);
    this.#trails.push(trail);
    return trail;
  }

  #query({ name, server, port }: Extract<Target, { kind: 'dns' }>): Requested {
    const journey = this.#journey('name');
    const address = literalAddress(server, { lab: this.#known.facts.lab });
    if (address === undefined) {
      const why = { en: `${server} is neither an address nor a node.`, ja: `${server} はアドレスでもノードでもない。` };
      return { progress: { kind: 'unknown', why }, connections: [] };
    }
    const named = ask(journey, this.#known, queryOf(journey, this.#known, name, { address, port }));
    const sentence = { en: `${name} resolves.`, ja: `${name} は解決された。` };
    return { progress: named.kind === 'none' ? named.progress : { kind: 'resolved', sentence }, connections: [] };
  }

  #request(target: Http): Requested {
    return target.from === undefined ? this.#fromClient(target) : this.#fromPod(target, target.from);
  }

  #fromClient(target: Http): Requested {
    const { to, port, secure } = target;
    const host = to.kind === 'host' ? to.host : '';
    const reply = this.#seen?.reply;
    const named: Named =
      target.words.address === undefined
        ? resolveHost(this.#journey('name'), this.#known, host)
        : { kind: 'address', address: target.words.address };
    if (named.kind === 'none') return { progress: named.progress, connections: [] };
    if (reply && !isResolved(reply)) {
      const sentence = { en: `${host} resolves.`, ja: `${host} は解決された。` };
      return { progress: { kind: 'resolved', sentence }, connections: [] };
    }
    const address = this.#connectedTo(host, named.address);
    if (!isIPv4(address)) {
      const why = {
        en: `The client connected to ${address}: Hoplab follows only IPv4.`,
        ja: `クライアントは ${address} に接続した。Hoplab がたどるのは IPv4 だけである。`,
      };
      return { progress: { kind: 'unknown', why }, connections: [] };
    }
    const journey = this.#journey('request');
    const way = this.#known.ways.get(address);
    const source = clientAddress(journey, way);
    if (source === undefined) {
      const why = { en: "The client's address is unknown.", ja: 'クライアントのアドレスが分からない。' };
      return { progress: { kind: 'unknown', why }, connections: [] };
    }
    const packet = newPacket({
      protocol: 'tcp',
      source: this.#seen?.reply.source ?? source,
      sourcePort: this.#seen?.reply.sourcePort ?? null,
      destination: address,
      destinationPort: port ?? (secure ? 443 : 80),
    });
    const sent = packet.sourcePort === null ? journey.account.sent(packet) : packet; // curl does not tell it where it got no answer
    const start = leaveClient(journey, sent, way);
    const origin = { machine: 'client', pod: undefined };
    const requested = request(journey, start, origin, httpRequest(this.#known, target, host));
    return { ...requested, progress: becauseOfHostsLine(this.#known, host, requested.progress) };
  }

  /** The address that the client says it connected to; else the one that was predicted. */
  #connectedTo(host: string, predicted: string): string {
    const has = this.#seen?.reply.addresses ?? [];
    this.#differences.push(...compareAddress(host, predicted, has));
    return has[0] ?? predicted;
  }

  #fromPod(target: Http, from: NonNullable<Http['from']>): Requested {
    const { facts } = this.#known;
    const journey = this.#journey('request');
    const pods = facts.cluster.pods?.value ?? [];
    const pod = pods.find(({ namespace, name }) => namespace === from.namespace && name === from.name);
    const destination = this.#inside(target);
    if (pod?.address === undefined || destination === undefined) {
      const why = pod
        ? {
            en: `${target.text}: the destination is not in the cluster.`,
            ja: `${target.text}: 宛先がクラスターにない。`,
          }
        : { en: `There is no pod ${from.namespace}/${from.name}.`, ja: `Pod ${from.namespace}/${from.name} がない。` };
      return { progress: { kind: 'unknown', why }, connections: [] };
    }
    const packet = newPacket({ protocol: 'tcp', source: pod.address, sourcePort: null, ...destination });
    const host = target.to.kind === 'host' ? target.to.host : target.to.name;
    const origin = { machine: pod.node ?? '', pod: `${pod.namespace}/${pod.name}` };
    return request(journey, leavePod(journey, pod, packet), origin, httpRequest(this.#known, target, host));
  }

  /** Where a name of the cluster leads from inside it; undefined: nowhere that is known. */
  #inside({ to, port, secure }: Http): { destination: string; destinationPort: number } | undefined {
    const { facts } = this.#known;
    const { pods, services } = facts.cluster;
    if (to.kind === 'host') {
      const destination = literalAddress(to.host, { lab: facts.lab });
      return destination === undefined ? undefined : { destination, destinationPort: port ?? (secure ? 443 : 80) };
    }
    const isIt = ({ namespace, name }: { namespace: string; name: string }) =>
      namespace === to.namespace && name === to.name;
    if (to.kind === 'pod') {
      const destination = pods?.value.find(isIt)?.address;
      return destination === undefined || port === undefined ? undefined : { destination, destinationPort: port };
    }
    const service = services?.value.find(isIt);
    const first = service?.ports[0]?.port;
    if (service?.clusterAddress === undefined || (port ?? first) === undefined) return undefined;
    return { destination: service.clusterAddress, destinationPort: port ?? first ?? 0 };
  }
}

/** What a node told of the request itself. */
function isOfNode({ machine, basis }: Hop): boolean {
  return machine !== 'client' && basis.kind === 'observed';
}
