import { randomBytes, randomInt } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { arpAnswer, type ArpAnswer } from '../../client/arp-answer.ts';
import type { Path } from '../../contract/path.ts';
import type { Text } from '../../contract/text.ts';
import { neighbours } from '../../facts/neighbours.ts';
import { Cancelled } from '../../machines/errors.ts';
import type { LabContext } from '../../plan/lab-context.ts';
import { buildPath } from '../build-path.ts';
import type { Known } from '../known.ts';
import { modeOf } from '../node-network.ts';
import type { Read } from '../../facts/reading.ts';
import type { NodeFacts } from '../path-facts.ts';
import { Reader } from '../read-facts.ts';
import { findHeaderRefusal } from './header-refusal.ts';
import { makeWitness, type Watched } from './make-witness.ts';
import { isClosed, isHanging, isUnconnected, isUnheard } from '../reply.ts';
import { findNarrowTunnel } from './narrow-tunnel.ts';
import { readReply, requestCommand } from './request-command.ts';
import { BLIND, ENDED, markOf, READY, traceCommand, UNREAD, WATCHED } from './trace-command.ts';
import { traceRules, type PortRange, type TraceRules } from './trace-rules.ts';

/** What one request is known by. */
export interface RequestMark {
  /** Letters and digits: the name of the trace's table ends with it. */
  readonly id: string;
  /** Its source port is this one or one of the four after it: curl takes the first that is free. */
  readonly firstPort: number;
}

const PORTS = 5;

/** One that no other request has. */
export function newMark(): RequestMark {
  return { id: randomBytes(4).toString('hex'), firstPort: randomInt(42_000, 60_000) };
}

/**
 * Makes one request from the client, where the target has to start, while all nodes trace it, and follows it through what
 * they saw. @throws MachineError when the client cannot be asked
 */
export async function observe(
  context: LabContext,
  known: Known,
  { id, firstPort }: RequestMark,
  signal: AbortSignal,
): Promise<Omit<Path, 'time'>> {
  const ports: PortRange = { first: firstPort, last: firstPort + PORTS - 1 };
  const predicted = buildPath(known);
  const rules = traceRules(known, predicted, ports);
  const mark = rules.marked.length > 0 ? { name: 'X-Hoplab-Trace', value: markOf(id) } : undefined;
  const { command, input, shown } = requestCommand(known, ports, mark);
  const nodes = [...known.facts.nodes.values()];
  const away = nodes.flatMap((node) =>
    node.away ? [{ node, command: '', traced: '', tracked: '', blind: node.away }] : [],
  );
  const there = nodes.filter((node) => !node.away);
  const watches = there.map((node) => new Watch(context, node, { id, rules, signal }));
  try {
    await Promise.all(watches.map((watch) => watch.ready));
    const options = { accept: 'any', timeout: 20_000, signal, input } as const;
    const output = await context.machine('client').run(command, options);
    for (const watch of watches) watch.stop();
    const reader = new Reader(context, signal);
    const reply = readReply(known.target, shown, output);
    const [near, answer, ...watched] = await Promise.all([
      reader.read('client', neighbours),
      isUnheard(reply) || (isUnconnected(reply) && away.length > 0) ? askLan(context, reader, known) : undefined,
      ...watches.map((watch) => watch.watched),
    ]);
    const client = { ...known.facts.client, neighbours: near };
    const facts = { ...known.facts, client, unknown: [...known.facts.unknown, ...blindness(watched)] };
    const seen = { reply, answer, witness: makeWitness([...watched, ...away]), predicted: predicted.end };
    let path = buildPath({ ...known, facts }, seen);
    if (isHanging(reply)) {
      const narrow = await findNarrowTunnel(context, facts, path, signal);
      path = buildPath({ ...known, facts }, { ...seen, narrow });
    }
    const refusal = isClosed(reply) ? await findHeaderRefusal(reader, path) : undefined;
    if (refusal) path = buildPath({ ...known, facts }, { ...seen, refusal });
    return path;
  } finally {
    for (const watch of watches) watch.stop();
    await Promise.all(watches.map((watch) => watch.watched));
  }
}

/** Who answers ARP for the destination: asked when nothing came back, because a kernel trusts what it remembers for up to a minute. */
async function askLan(
  { client }: LabContext,
  reader: Reader,
  { destination, ways }: Known,
): Promise<Read<ArpAnswer> | undefined> {
  const isNear = destination !== undefined && ways.get(destination)?.value?.gateway === undefined;
  return isNear ? reader.read('client', arpAnswer(client, destination)) : undefined;
}

function blindness(watched: readonly Watched[]): readonly Text[] {
  return watched.flatMap(({ blind }) => (blind ? [blind] : []));
}

/** One node that traces until it is told to stop. It never fails: what it cannot do makes it blind. */
class Watch {
  readonly ready: Promise<void>;
  readonly watched: Promise<Watched>;
  /** Its end tells the node to stop; so does the end of the connection. */
  readonly #input = new PassThrough();

  constructor(
    context: LabContext,
    node: NodeFacts,
    { id, rules, signal }: { id: string; rules: TraceRules; signal: AbortSignal },
  ) {
    const command = traceCommand({ id, rules, mode: modeOf(node) });
    let tell: () => void = () => undefined;
    this.ready = new Promise((resolve) => (tell = resolve));
    let begun = '';
    let isReady = false;
    this.watched = context
      .machine(node.name)
      .run(command, {
        sudo: true,
        accept: 'any',
        signal,
        input: () => this.#input,
        onOutput(chunk) {
          if (chunk.stream !== 'stdout' || isReady) return;
          begun = `${begun.slice(-READY.length)}${chunk.text}`;
          isReady = begun.includes(READY) || begun.includes(BLIND);
          if (isReady) tell();
        },
      })
      .then(
        ({ stdout, stderr }) => ({
          node,
          command,
          traced: stdout,
          tracked: stderr,
          blind: blindOf(node.name, stdout),
          marked: rules.marked,
        }),
        (error: unknown) => {
          const why = error instanceof Cancelled ? 'stopped' : error instanceof Error ? error.message : String(error);
          return { node, command, traced: '', tracked: '', blind: blindBecause(node.name, why) };
        },
      );
    void this.watched.then(() => tell());
  }

  stop(): void {
    this.#input.end();
  }
}

/** What a node does not tell means something only if it listened. */
function blindOf(node: string, text: string): Text | undefined {
  const lines = text.split('\n');
  const line = lines.find((one) => one.startsWith(BLIND));
  if (line !== undefined) return blindBecause(node, line.slice(BLIND.length).trim());
  if (!text.includes(READY)) return blindBecause(node, 'it did not say that it listens');
  if (text.includes(WATCHED)) return undefined;
  if (text.includes(UNREAD)) {
    return {
      en: `${node} did not read all that its kernel reported during the request: its silence about a hop proves nothing.`,
      ja: `${node} はリクエスト中のカーネルの報告をすべては読めていない。ホップの報告がなくても、何も証明しない。`,
    };
  }
  const ended = text.split(ENDED)[1]?.split('\n')[0]?.trim();
  return {
    en: `${node} did not watch the whole request (${ended ?? 'the command'} ended first): its silence about a hop proves nothing.`,
    ja: `${node} はリクエストを最後まで監視していない (${ended ?? 'コマンド'} が先に終わった)。ホップの報告がなくても、何も証明しない。`,
  };
}

function blindBecause(node: string, why: string): Text {
  return {
    en: `${node} could not trace (${why}): its hops are predicted.`,
    ja: `${node} ではトレースできなかった (${why})。そのホップは予測である。`,
  };
}
