import type { Basis, PathEnd } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { verdictOn } from './gateway-answer.ts';
import type { AtGateway } from './gateway-leg.ts';
import type { Progress } from './journey.ts';
import { destinationOf } from './packet.ts';
import type { Told } from './path-facts.ts';
import { certificateRefused, isClosed, saidBy, type Reply } from './reply.ts';
import { stopped, type Stop } from './stops.ts';
import { shownBy } from './trail.ts';

/** A tunnel through which small packets pass and full ones do not. */
export interface NarrowTunnel {
  /** Id of the hop where packets go into it. */
  readonly hop: string;
  readonly sentence: Text;
  /** The pings that say so. */
  readonly told: readonly Told[];
}

/** Why NGINX closed the connection. */
export interface Refusal {
  readonly sentence: Text;
  /** The line of its log that says so. */
  readonly told: readonly Told[];
}

interface Ending {
  /** Id of the last hop. */
  readonly hop: string | null;
  readonly predicted: Basis;
  /** Of a request that was made. */
  readonly reply: Reply | undefined;
  /** A node told of the request. */
  readonly isSeen: boolean;
  /** Of an overlay that was crossed. */
  readonly mtuTooSmall: boolean;
  /** Found after a request that hung. */
  readonly narrow: NarrowTunnel | undefined;
  /** Why NGINX closed the connection, by its log. */
  readonly refusal: Refusal | undefined;
  /** Undefined: the request did not come to NGINX. */
  readonly gateway: AtGateway | undefined;
}

/** How a path ends: as the client found, where a request was made; else as it was predicted. */
export function endOf(progress: Progress, ending: Ending): PathEnd {
  const { reply, hop, predicted } = ending;
  if (reply) return answered(progress, reply, ending);
  if (progress.kind === 'stopped') return stopped(progress.stop, hop, { basis: predicted, evidence: [] });
  if (progress.kind === 'unknown') return { status: 'unknown', sentence: progress.why };
  return { status: 'answered', basis: predicted, sentence: arrival(progress), evidence: [] };
}

function arrival(progress: Exclude<Progress, { kind: 'stopped' | 'unknown' }>): Text {
  if (progress.kind === 'at-pod') {
    const name = `${progress.pod.namespace}/${progress.pod.name}`;
    return { en: `${name} on ${progress.node} responds.`, ja: `${progress.node} の ${name} が応答する。` };
  }
  if (progress.kind === 'resolved') return progress.sentence;
  if (progress.kind === 'outside') {
    const target = destinationOf(progress.packet);
    return {
      en: `${target}, a machine outside the cluster, responds.`,
      ja: `クラスターの外のマシン ${target} が応答する。`,
    };
  }
  return { en: `A program on ${progress.node} responds.`, ja: `${progress.node} のプログラムが応答する。` };
}

/** What the client got decides; the way that was followed says where and why. */
function answered(progress: Progress, reply: Reply, ending: Ending): PathEnd {
  if (reply.exitCode !== 0) return unanswered(progress, reply, ending);
  const { gateway, hop } = ending;
  const verdict = gateway && verdictOn(gateway, reply, podOf(progress));
  const by = verdict?.by ?? { en: '', ja: '' };
  const ground = groundOf(verdict?.basis, [saidBy(reply), ...(verdict?.told ?? [])], ending);
  if (verdict?.stop) return stopped(verdict.stop, hop, ground);
  const took = Math.round(reply.duration);
  const status = reply.status === 0 ? '' : `HTTP ${reply.status}, `;
  const sentence = { en: `Answered: ${status}${took} ms${by.en}.`, ja: `応答あり: ${status}${took} ms${by.ja}。` };
  if (verdict?.kind === 'unknown') return { status: 'unknown', sentence };
  return { status: 'answered', sentence, basis: ground.basis, evidence: [...ground.evidence] };
}

/** `basis`: what is known better than by the lines; undefined: they show it. */
function groundOf(basis: Basis | undefined, lines: readonly Told[], { predicted }: Ending) {
  const { basis: shown = predicted } = shownBy(lines);
  return { basis: basis ?? shown, evidence: lines.filter((one) => one.lines.length > 0) };
}

function podOf(progress: Progress): string | undefined {
  return progress.kind === 'at-pod' ? `${progress.pod.namespace}/${progress.pod.name}` : undefined;
}

/** What the client itself says by its complaint: it got no address, or was refused. */
const SAYS: Readonly<Record<number, readonly Stop['cause'][]>> = {
  6: ['name-unknown', 'resolver-not-asked'],
  7: ['not-listening'],
  28: ['timeout'],
  60: ['closed'],
};

/** Without an answer: where the packet was seen to stop, else what the client complains of. */
function unanswered(progress: Progress, reply: Reply, ending: Ending): PathEnd {
  const { hop, gateway, narrow, refusal, mtuTooSmall, predicted } = ending;
  const { exitCode, complaint, connected } = reply;
  const own = saidBy(reply);
  if (refusal) {
    const stop: Stop = { cause: 'closed', because: 'proxy-protocol', sentence: refusal.sentence };
    return stopped(stop, hop, groundOf(undefined, [own, ...refusal.told], ending));
  }
  // what NGINX was to answer itself it did not
  if (progress.kind === 'stopped' && !(gateway && isClosed(reply))) {
    const { stop, told = [] } = progress;
    const isShown = told.length > 0 || (SAYS[exitCode] ?? []).includes(stop.cause) || isUnreachable(reply, stop.cause);
    return stopped(stop, hop, groundOf(isShown ? undefined : predicted, [...told, own], ending));
  }
  const sentence = { en: `The client: ${complaint}`, ja: `クライアント: ${complaint}` };
  const said = (cause: Stop['cause']): PathEnd => stopped({ cause, sentence }, hop, groundOf(undefined, [own], ending));
  if (exitCode === 60) return stopped(certificateRefused(reply), hop, groundOf(undefined, [own], ending));
  if (exitCode === 6) return said('name-unknown');
  if (exitCode === 7) return unconnected(reply, ending, said);
  if (exitCode !== 28) return said('closed');
  if (!connected) return said('timeout');
  if (narrow) {
    const ground = groundOf(undefined, [own, ...narrow.told], ending);
    return stopped({ cause: 'mtu-too-small', sentence: narrow.sentence }, narrow.hop, ground);
  }
  if (!mtuTooSmall) return said('timeout');
  return stopped({ cause: 'mtu-too-small', sentence }, hop, { basis: predicted, evidence: [own] });
}

/** Newer ones of curl do not say why: where no node told of the packet either, it is not known. */
function unconnected(reply: Reply, { isSeen }: Ending, said: (cause: Stop['cause']) => PathEnd): PathEnd {
  if (isUnreachable(reply, 'no-arp-answer')) return said('no-arp-answer');
  if (isSeen || /refused/i.test(reply.complaint)) return said('not-listening');
  const sentence = {
    en: `The client: ${reply.complaint}. Whether the connection was refused or no machine answered is not known: no watched node reported the packet.`,
    ja: `クライアント: ${reply.complaint}。接続が拒否されたのか、応答するマシンがなかったのかは分からない。監視したどのノードもパケットを報告していない。`,
  };
  return { status: 'unknown', sentence };
}

/** Its kernel says to curl that nobody answered ARP, or that it has no route; newer ones of curl do not pass the word on. */
function isUnreachable({ exitCode, complaint }: Reply, cause: Stop['cause']): boolean {
  if (exitCode !== 7 || !/no route|unreachable/i.test(complaint)) return false;
  return cause === 'no-arp-answer' || cause === 'nobody-announces' || cause === 'no-route';
}
