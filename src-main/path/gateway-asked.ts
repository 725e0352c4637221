import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Choice } from './gateway-choice.ts';
import type { Progress } from './journey.ts';
import { destinationOf, newPacket } from './packet.ts';
import type { Told } from './path-facts.ts';
import type { Ground } from './trail.ts';

/** A request that has come to a pod. */
export type AtPod = Extract<Progress, { kind: 'at-pod' }>;

/** Whom NGINX passed a request on to, as the kernel of its node saw it. `told`: the lines that say so. */
export type Passed =
  /** `open`: the connection was still there after the answer, as NGINX keeps it after a whole one; undefined: not known. */
  | {
      readonly kind: 'to';
      readonly asked: string;
      readonly open: boolean | undefined;
      readonly told: readonly Told[];
    }
  /** `tried`: endpoints to which it began a connection. */
  | { readonly kind: 'nobody'; readonly tried: readonly string[]; readonly told: readonly Told[] }
  | { readonly kind: 'unknown'; readonly why: Text };

/** A request at NGINX, and what it makes of it by its objects. */
export interface Chosen {
  readonly first: AtPod;
  readonly choice: Choice;
  /** The Host header of the request. */
  readonly host: string;
  /** The line that says that the request came to its node. */
  readonly arrival: readonly Told[];
}

/** NGINX's own packet to a pod. */
export interface Asked {
  readonly packet: Packet;
  readonly ground: Ground;
}

/** What NGINX does with a request. */
export interface PassedOn {
  /** Undefined: it asks no pod. */
  readonly asked: Asked | undefined;
  /** Its own answer; undefined: none was told of. */
  readonly own?: { readonly status: number; readonly ground: Ground };
  /** Undefined: no request was made. */
  readonly passed: Passed | undefined;
}

/** The endpoints that it may ask. */
export function branchesOf(choice: Choice) {
  return choice.kind === 'backend' ? choice.branches : [];
}

/** @param endpoint `10.244.1.3:8080` */
export function packetTo(endpoint: string, source: string, host: string): Packet {
  const [destination = '', port] = endpoint.split(':');
  const base = { protocol: 'tcp', source, sourcePort: null } as const;
  return newPacket({ ...base, destination, destinationPort: Number(port), host });
}

/** The packet to which of the endpoints NGINX is likely to ask; of those that it `tried` one, where there are any. */
export function likelyAsked({ first: { pod }, choice }: Chosen, tried: readonly string[] = []): Packet {
  const host = choice.kind === 'backend' ? choice.host : '';
  const all = branchesOf(choice).map(({ endpoint }) => packetTo(endpoint, pod.address ?? '', host));
  return all.find((packet) => tried.includes(destinationOf(packet))) ?? all[0] ?? packetTo('', pod.address ?? '', host);
}
