import type { Basis, PathEnd } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Progress } from './journey.ts';
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
  /** Whether NGINX asked a pod for the client. */
  readonly proxied: boolean;
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
  return { en: `A program of ${progress.node} answers.`, ja: `${progress.node} のプログラムが応答する。` };
}

/** What the client got decides; the way that was followed says where and why. */
function answered(progress: Progress, reply: Reply, ending: Ending): PathEnd {
  const { hop } = ending;
  const stop = stopOf(progress, reply, ending);
  if (stop) return stopped(stop, stop.cause === 'mtu-too-small' ? (ending.narrow?.hop ?? hop) : hop, OBSERVED);
  const took = Math.round(reply.duration);
  const status = reply.status === 0 ? '' : `HTTP ${reply.status}, `;
  return {
    status: 'answered',
    basis: OBSERVED,
    sentence: { en: `Answered: ${status}${took} ms.`, ja: `応答あり: ${status}${took} ms。` },
  };
}

function stopOf(progress: Progress, reply: Reply, { mtuTooSmall, narrow, proxied }: Ending): Stop | undefined {
  const { exitCode, status, complaint } = reply;
  if (exitCode === 0) return refusalOf(progress, status, proxied);
  if (progress.kind === 'stopped') return progress.stop;
  const sentence = { en: `The client: ${complaint}`, ja: `クライアント: ${complaint}` };
  if (exitCode === 6) return { cause: 'name-unknown', sentence };
  if (exitCode === 7)
    return { cause: /no route|unreachable/i.test(complaint) ? 'no-arp-answer' : 'not-listening', sentence };
  if (reply.connected && narrow) return { cause: 'mtu-too-small', sentence: narrow.sentence };
  return lateness(reply, mtuTooSmall);
}

/** An answer that NGINX gave itself, because it had nobody to ask or nobody answered it. */
function refusalOf(progress: Progress, status: number, proxied: boolean): Stop | undefined {
  const own = progress.kind === 'stopped' ? progress.stop : undefined;
  if (status === 404 && own?.cause === 'no-http-route') return own;
  if (own?.cause === 'no-upstream' && status >= 500) return own;
  if (status < 502 || status > 504) return undefined;
  if (!proxied && !own) return undefined;
  const sentence = {
    en: `NGINX answered ${status} itself: the pod that it chose did not answer it.`,
    ja: `NGINX 自身が ${status} を返した。選んだ Pod から応答がなかった。`,
  };
  return { cause: 'no-upstream', sentence };
}

/** Too late: where full packets do not fit into the overlay, and a connection was made, that is why. */
function lateness({ connected, complaint }: Reply, mtuTooSmall: boolean): Stop {
  const sentence = { en: `The client: ${complaint}`, ja: `クライアント: ${complaint}` };
  return { cause: connected && mtuTooSmall ? 'mtu-too-small' : 'timeout', sentence };
}
