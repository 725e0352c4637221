import { randomBytes, randomInt } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Path } from '../../contract/path.ts';
import type { Text } from '../../contract/text.ts';
import { neighbours } from '../../facts/neighbours.ts';
import { Cancelled } from '../../machines/errors.ts';
import type { StageContext } from '../../stages/stage.ts';
import { buildPath } from '../build-path.ts';
import type { Known } from '../known.ts';
import { modeOf } from '../node-network.ts';
import type { NodeFacts } from '../path-facts.ts';
import { Reader } from '../read-facts.ts';
import { makeWitness, type Watched } from './make-witness.ts';
import { isHanging, isUnheard } from '../reply.ts';
import { findNarrowTunnel } from './narrow-tunnel.ts';
import { readReply, requestCommand } from './request-command.ts';
import { BLIND, READY, traceCommand } from './trace-command.ts';
import { traceRules, type PortRange, type TraceRules } from './trace-rules.ts';

/** curl takes the first of these that is free. */
const PORTS = 5;
/** Linux trusts an old entry for 5 s more, and asks for 3 s then. Milliseconds. */
const DOUBT = 8000;
const PAUSE = 500;

/**
 * Makes one request from the client, where the target has to start, while all nodes trace it, and follows it through what
 * they saw. @throws MachineError when the client cannot be asked
 */
export async function observe(context: StageContext, known: Known, signal: AbortSignal): Promise<Omit<Path, 'time'>> {
  const first = randomInt(42_000, 60_000);
  const ports: PortRange = { first, last: first + PORTS - 1 };
  const command = requestCommand(known, ports);
  const rules = traceRules(known, buildPath(known), ports);
  const id = randomBytes(4).toString('hex');
  const watches = [...known.facts.nodes.values()].map((node) => new Watch(context, node, { id, rules, signal }));
  try {
    await Promise.all(watches.map((watch) => watch.ready));
    const options = { accept: 'any', timeout: 20_000, signal } as const;
    const output = await context.machine('client').run(command, options);
    for (const watch of watches) watch.stop();
    const reader = new Reader(context, signal);
    const [near, ...watched] = await Promise.all([neighboursOf(reader), ...watches.map((watch) => watch.watched)]);
    const reply = readReply(known.target, command, output);
    const settled = isUnheard(reply) ? await settledNeighbours(reader, near) : near;
    const client = { ...known.facts.client, neighbours: settled ?? known.facts.client.neighbours };
    const facts = { ...known.facts, client, limits: [...known.facts.limits, ...blindness(watched)] };
    const seen = { reply, witness: makeWitness(watched, reply.began) };
    const path = buildPath({ ...known, facts }, seen);
    if (!isHanging(reply)) return path;
    return buildPath({ ...known, facts }, { ...seen, narrow: await findNarrowTunnel(context, facts, path, signal) });
  } finally {
    for (const watch of watches) watch.stop();
    await Promise.all(watches.map((watch) => watch.watched));
  }
}

const neighboursOf = (reader: Reader) => reader.read('client', neighbours);

/** The client's neighbours once its kernel knows whether those that it doubts still answer ARP. */
async function settledNeighbours(
  reader: Reader,
  first: Awaited<ReturnType<typeof neighboursOf>>,
): ReturnType<typeof neighboursOf> {
  let near = first;
  for (let waited = 0; waited < DOUBT && near?.value.some(({ doubted }) => doubted); waited += PAUSE) {
    await sleep(PAUSE);
    near = await neighboursOf(reader);
  }
  return near;
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
    context: StageContext,
    node: NodeFacts,
    { id, rules, signal }: { id: string; rules: TraceRules; signal: AbortSignal },
  ) {
    const command = traceCommand({ id, rules, mode: modeOf(node) });
    let tell: () => void = () => undefined;
    this.ready = new Promise((resolve) => (tell = resolve));
    let text = '';
    this.watched = context
      .machine(node.name)
      .run(command, {
        sudo: true,
        accept: 'any',
        signal,
        input: () => this.#input,
        onOutput(chunk) {
          if (chunk.stream === 'stdout') text += chunk.text;
          if (text.includes(READY) || text.includes(BLIND)) tell();
        },
      })
      .then(
        ({ stdout, stderr }) => ({ node, command, text: `${stdout}\n${stderr}`, blind: blindOf(node.name, stdout) }),
        (error: unknown) => {
          const why = error instanceof Cancelled ? 'stopped' : error instanceof Error ? error.message : String(error);
          return { node, command, text, blind: blindBecause(node.name, why) };
        },
      );
    void this.watched.then(() => tell());
  }

  stop(): void {
    this.#input.end();
  }
}

function blindOf(node: string, text: string): Text | undefined {
  const line = text.split('\n').find((one) => one.startsWith(BLIND));
  return line === undefined ? undefined : blindBecause(node, line.slice(BLIND.length).trim());
}

function blindBecause(node: string, why: string): Text {
  return {
    en: `${node} could not trace (${why}): its hops are predicted.`,
    ja: `${node} ではトレースできなかった (${why})。そのホップは予測である。`,
  };
}
