import type { Basis, PathEnd } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { verdictOn } from './gateway-answer.ts';
import type { AtGateway } from './gateway-leg.ts';
import type { Progress } from './journey.ts';
import { destinationOf } from './packet.ts';
import type { Reply } from './reply.ts';
import { stopped, type Stop } from './stops.ts';

/** A tunnel through which small packets pass and full ones do not. */
export interface NarrowTunnel {
  /** Id of the hop where packets go into it. */
  readonly hop: string;
  readonly sentence: Text;
}

interface Ending {
  /** Id of the last hop. */
  readonly hop: string | null;
  readonly predicted: Basis;
  /** Of a request that was made. */
  readonly reply: Reply | undefined;
  /** Of an overlay that was crossed. */
  readonly mtuTooSmall: boolean;
  /** Found after a request that hung. */
  readonly narrow: NarrowTunnel | undefined;
  /** Undefined: the request did not come to NGINX. */
  readonly gateway: AtGateway | undefined;
}

const OBSERVED: Basis = { kind: 'observed' };

/** How a path ends: as the client found, where a request was made; else as it was predicted. */
export function endOf(progress: Progress, ending: Ending): PathEnd {
  const { reply, hop, predicted } = ending;
  if (reply) return answered(progress, reply, ending);
  if (progress.kind === 'stopped') return stopped(progress.stop, hop, progress.observed ? OBSERVED : predicted);
  if (progress.kind === 'unknown') return { status: 'unknown', sentence: progress.why };
  return { status: 'answered', basis: predicted, sentence: arrival(progress) };
}

function arrival(progress: Exclude<Progress, { kind: 'stopped' | 'unknown' }>): Text {
  if (progress.kind === 'at-pod') {
    const name = `${progress.pod.namespace}/${progress.pod.name}`;
    return { en: `${name} on ${progress.node} answers.`, ja: `${progress.node} の ${name} が応答する。` };
  }
  if (progress.kind === 'resolved') return progress.sentence;
  if (progress.kind === 'outside') {
    const target = destinationOf(progress.packet);
    return {
      en: `${target} answers, a machine outside the cluster.`,
      ja: `クラスタの外のマシン ${target} が応答する。`,
    };
  }
  return { en: `A program of ${progress.node} answers.`, ja: `${progress.node} のプログラムが応答する。` };
}

/** What the client got decides; the way that was followed says where and why. */
function answered(progress: Progress, reply: Reply, ending: Ending): PathEnd {
  if (reply.exitCode !== 0) return unanswered(progress, reply, ending);
  const { gateway, hop } = ending;
  const verdict = gateway && verdictOn(gateway, reply, podOf(progress));
  if (verdict?.kind === 'stopped') return stopped(verdict.stop, hop, verdict.basis);
  const took = Math.round(reply.duration);
  const status = reply.status === 0 ? '' : `HTTP ${reply.status}, `;
  const by = verdict?.by ?? { en: '', ja: '' };
  const sentence = { en: `Answered: ${status}${took} ms${by.en}.`, ja: `応答あり: ${status}${took} ms${by.ja}。` };
  if (verdict?.kind === 'unknown') return { status: 'unknown', sentence };
  return { status: 'answered', basis: verdict?.basis ?? OBSERVED, sentence };
}

function podOf(progress: Progress): string | undefined {
  return progress.kind === 'at-pod' ? `${progress.pod.namespace}/${progress.pod.name}` : undefined;
}

/** Without an answer: where the packet was seen to stop, else what the client complains of. */
function unanswered(progress: Progress, reply: Reply, { hop, narrow, mtuTooSmall, predicted }: Ending): PathEnd {
  const { exitCode, complaint, connected } = reply;
  if (progress.kind === 'stopped') {
    const isRefused = exitCode === 7 && progress.stop.cause === 'not-listening';
    return stopped(progress.stop, hop, progress.observed || isRefused ? OBSERVED : predicted);
  }
  const said = (cause: Stop['cause'], sentence?: Text): PathEnd =>
    stopped(
      { cause, sentence: sentence ?? { en: `The client: ${complaint}`, ja: `クライアント: ${complaint}` } },
      hop,
      OBSERVED,
    );
  if (exitCode === 6) return said('name-unknown');
  if (exitCode === 7) return said(/no route|unreachable/i.test(complaint) ? 'no-arp-answer' : 'not-listening');
  if (exitCode !== 28) return said('closed');
  if (!connected) return said('timeout');
  if (narrow) return stopped({ cause: 'mtu-too-small', sentence: narrow.sentence }, narrow.hop, OBSERVED);
  return mtuTooSmall ? stopped({ cause: 'mtu-too-small', sentence: late(complaint) }, hop, predicted) : said('timeout');
}

function late(complaint: string): Text {
  return { en: `The client: ${complaint}`, ja: `クライアント: ${complaint}` };
}
