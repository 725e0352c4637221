import * as net from 'node:net';
import type { Client } from '../client/client.ts';
import type { Finding } from '../contract/doctor.ts';
import type { Text } from '../contract/text.ts';
import { FactReader } from '../facts/fact.ts';
import { ask, reasonOf } from '../facts/reading.ts';
import type { Lab } from '../lab/lab.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { MachineError } from '../machines/errors.ts';
import type { Machine } from '../machines/machine.ts';
import { AskedCommands } from '../rollout/asked-commands.ts';
import { explain } from '../rollout/explain.ts';
import { computerProbes } from './computer-probes.ts';
import { labProbes } from './lab-probes.ts';
import { nodesAnswer } from './nodes-answer.ts';
import { unknown, type Patient, type Probe, type Verdict } from './probe.ts';

export interface Examined {
  /** This computer. */
  readonly machine: Machine;
  readonly client: Client;
  readonly lab: Lab | undefined;
  readonly home: string;
  readonly cache: string;
  readonly knownHosts: KnownHosts;
  readonly signal: AbortSignal;
  /** Connects from this process; default: a socket. */
  readonly connect?: Patient['connect'];
}

/** Milliseconds that one command may take. */
const PATIENCE = 20_000;

/** Looks at this computer, and at the lab from here, one thing after the other. Changes nothing. */
export async function* examine(examined: Examined): AsyncGenerator<Finding, void, undefined> {
  const { lab, client, signal } = examined;
  const isOfHere = ({ shown }: Probe) => shown[client.platform] !== undefined;
  for (const probe of computerProbes.filter(isOfHere)) {
    signal.throwIfAborted();
    yield* await findings(probe, 'computer', examined, (patient) => probe.ask(patient));
  }
  if (!lab) return;
  for (const probe of labProbes.filter(isOfHere)) {
    signal.throwIfAborted();
    const elsewhere = lab.client.kind === 'ssh' && probe !== nodesAnswer;
    const askIt = (patient: Patient) => (elsewhere ? Promise.resolve([ELSEWHERE]) : probe.ask(patient, lab));
    yield* await findings(probe, 'lab', examined, askIt);
  }
}

const ELSEWHERE = unknown(
  {
    en: 'Not looked at here: the client of this lab is another computer',
    ja: 'ここでは調べない: このラボのクライアントは別のコンピューターである',
  },
  { en: 'Run `hoplab doctor` there.', ja: 'そのコンピューターで `hoplab doctor` を実行してください。' },
);

async function findings(
  { id, title }: Probe,
  part: Finding['part'],
  examined: Examined,
  askIt: (patient: Patient) => Promise<readonly Verdict[]>,
): Promise<readonly Finding[]> {
  const asked = new AskedCommands();
  const verdicts = await askIt(patientOf(examined, asked)).catch((error: unknown) => {
    if (!(error instanceof MachineError)) return [unread(title, error)];
    const { title: told, remedy } = explain(error);
    return [unknown(told, remedy)];
  });
  examined.signal.throwIfAborted();
  const evidence = [...asked.evidence()];
  return verdicts.map(({ about = '', ...verdict }) => {
    const own = evidence.filter(({ command }) => command.includes(about));
    return { event: 'finding', probe: id, part, ...verdict, evidence: own };
  });
}

/** What a parser did not understand. @throws whatever is an error of Hoplab's own */
function unread(title: Text, error: unknown): Verdict {
  const fromParser =
    error instanceof Error && (Object.getPrototypeOf(error) === Error.prototype || error.name === 'ZodError');
  if (!fromParser) throw error;
  const why = reasonOf(error);
  return unknown({ en: `${title.en}: not read (${why})`, ja: `${title.ja}: 読み取れない (${why})` });
}

function patientOf({ machine, signal, connect, ...rest }: Examined, asked: AskedCommands): Patient {
  const facts = new FactReader({ signal, timeout: PATIENCE });
  return {
    ...rest,
    run: (command, { timeout = PATIENCE } = {}) =>
      asked.note(ask(machine, command, { timeout, signal, accept: 'any' })),
    read: (fact) => asked.note(facts.takeFresh(machine, fact)),
    connect: connect ?? ((address, port) => connected(address, port, signal)),
  };
}

/** A socket of this very process, which Local Network privacy of macOS judges by the app that Hoplab is, or was started from. */
function connected(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 5000, signal });
    const end = (code: string | undefined) => {
      socket.destroy();
      resolve(code);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
