import { macsIn } from '../../../src-main/client/arp-answer.ts';
import { corefileAnswer } from '../../../src-main/cluster/corefile-answer.ts';
import { namesInZone } from '../../../src-main/cluster/corefile-zone.ts';
import { failed } from '../../../src-main/cluster/kinds.ts';
import { isSilent } from '../../../src-main/cluster/kubectl.ts';
import { WatchReader } from '../../../src-main/cluster/watch.ts';
import { sh } from '../../../src-main/machines/command.ts';
import { AnswerNotUnderstood, CommandFailed } from '../../../src-main/machines/errors.ts';
import { cutLine, LineReader } from '../../../src-main/machines/line-reader.ts';
import { withoutBlock } from '../../../src-main/machines/marked-block.ts';
import { parseIptables } from '../../../src-main/netfilter/parse-iptables.ts';
import { parseConntrack } from '../../../src-main/path/observe/parse-conntrack.ts';
import { parseTraces } from '../../../src-main/path/observe/parse-trace.ts';
import { explain } from '../../../src-main/rollout/explain.ts';
import { likelyReason } from '../../../src-main/rollout/likely-reason.ts';
import { Redactor } from '../../../src-main/rollout/redactor.ts';
import { allFacts } from './all-facts.ts';

/** What reads the output of a machine, by its name. What it makes of it is another matter. */
export async function outputReaders(): Promise<Readonly<Record<string, (text: string) => unknown>>> {
  const facts = (await allFacts()).map(({ name, fact: { parse } }) => {
    const read = (text: string) => [
      quietly(() => parse({ stdout: text, stderr: '', exitCode: 0 })),
      quietly(() => parse({ stdout: '', stderr: text, exitCode: 1 })),
    ];
    return [name, read] as const;
  });
  return { ...Object.fromEntries(facts), ...others };
}

const redactor = new Redactor();
redactor.add('a secret that is not there');

/** Text of output in which a reader finds a beginning of something. */
const others: Readonly<Record<string, (text: string) => unknown>> = {
  redactor: (text) => redactor.text(text),
  explain: (text) => explain(failure(text)),
  'explain what is not understood': (text) =>
    explain(new AnswerNotUnderstood('w1', 'no JSON', { command, output: printed(text) })),
  likelyReason,
  isSilent: (stderr) => isSilent({ ...printed(''), stderr }),
  failed: (stderr) => failed(stderr),
  namesInZone: (text) => namesInZone(text, 'k8s.local'),
  corefileAnswer: (text) => corefileAnswer(text, 'a.k8s.local'),
  parseIptables,
  parseTraces,
  parseConntrack,
  macsIn,
  withoutBlock,
  cutLine,
  LineReader: (text) => inPieces(text, (piece, reader) => reader.add(piece), new LineReader(() => undefined)),
  WatchReader: (text) =>
    quietly(() => inPieces(text, (piece, reader) => reader.add(`pods|${piece}`), new WatchReader(() => undefined))),
};

const command = sh`ip -j addr`;

function printed(stdout: string) {
  return { stdout, stderr: '', exitCode: 1, duration: 1, at: 0 };
}

function failure(text: string): CommandFailed {
  return new CommandFailed('w1', 'it failed', { command, output: printed(text) });
}

function inPieces<Reader>(text: string, add: (piece: string, reader: Reader) => void, reader: Reader): void {
  for (let start = 0; start < text.length; start += 1024) add(text.slice(start, start + 1024), reader);
}

function quietly(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}
