import { z } from 'zod';
import { embed, sh, type ShellCommand } from '../machines/command.ts';
import { clusterKinds, kinds, objectSchema, type ClusterKind, type ClusterObject } from './kinds.ts';
import { kubectl } from './kubectl.ts';
import { LineReader } from '../machines/line-reader.ts';

/** Something that a watch tells. */
export type WatchEvent = { readonly kind: ClusterKind } & (
  | { readonly event: 'changed' | 'deleted'; readonly object: ClusterObject }
  /** From here on every object that there is comes as `changed`: what does not come is gone. */
  | { readonly event: 'started' }
  /** Something was told that is no event: what there is is not known until everything comes anew. */
  | { readonly event: 'not-understood'; readonly problem: string }
  /** kubectl ended, and is started again after two seconds; `problem` is what it complained about. */
  | { readonly event: 'ended'; readonly problem: string }
);

/**
 * Prints each line with its kind, in pieces of which a pipe mixes none with another's: it keeps together what is written at
 * once, up to 4 KiB. A character that is cut in two is lost; kubectl prints few that are not ASCII.
 */
const PIECES = `my $kind = shift; while (defined(my $line = <STDIN>)) { chomp $line; while (length $line > 3000) { syswrite STDOUT, "$kind+" . substr($line, 0, 3000, "") . "\\n" } syswrite STDOUT, "$kind|$line\\n" }`;

/**
 * Watches all kinds for as long as it runs, in one process: sshd allows few sessions. `pods|…` is a line of kubectl or the
 * end of one, `pods+…` a piece of one that goes on, `pods<` and `pods>` say that kubectl starts and has ended. Where there is
 * no perl, sed takes its place: slower, and what two kinds tell at the same moment may be lost until it changes again.
 */
export function watchCommand(): ShellCommand {
  const one = (kind: ClusterKind) => {
    const question = kubectl`get ${kinds[kind].words} --watch --output-watch-events -o json`;
    return sh`while :; do echo ${`${kind}<`}; ${embed(question)} 2>&1 | pieces ${kind}; echo ${`${kind}>`}; sleep 2; done &`;
  };
  const watches = clusterKinds.map(one).join('\n') as ShellCommand;
  return sh`pieces() { if command -v perl > /dev/null; then perl -e ${PIECES} "$1"; else sed -u "s/^/$1|/"; fi; }
${embed(watches)}
wait`;
}

const eventSchema = z.object({ type: z.string(), object: z.unknown() });

/** Characters of an event: etcd takes no object of more than 1.5 MiB. */
const LARGEST = 4 << 20;

interface Open {
  /** The pieces of a line that goes on. */
  readonly pieces: string[];
  /** Lines of an event that is spread over many. */
  readonly lines: string[];
  /** Characters of all of these. */
  length: number;
  problem: string;
}

/**
 * Reads what `watchCommand` prints, in whatever pieces it arrives. What is no JSON is kubectl's complaint. `add` throws at an event that
 * is larger than any can be: the watch is to be ended then, and begun anew.
 */
export class WatchReader {
  readonly #tell: (event: WatchEvent) => void;
  readonly #open = new Map<ClusterKind, Open>();
  readonly #lines = new LineReader((line, omitted) => {
    if (omitted > 0) throw tooLarge('a line');
    this.#line(line);
  }, LARGEST);

  constructor(tell: (event: WatchEvent) => void) {
    this.#tell = tell;
  }

  add(text: string): void {
    this.#lines.add(text);
    if (this.#lines.begun > LARGEST) throw tooLarge('a line');
  }

  #line(line: string): void {
    const [, kind, mark, content = ''] = /^([a-z0-9]{1,30})([|+<>])(.*)$/.exec(line) ?? [];
    if (!isKind(kind)) return;
    const open = this.#open.get(kind) ?? { pieces: [], lines: [], length: 0, problem: '' };
    this.#open.set(kind, open);
    open.length += content.length;
    if (open.length > LARGEST) throw tooLarge(`an event of ${kind}`);
    if (mark === '<') {
      this.#open.delete(kind);
      this.#tell({ kind, event: 'started' });
    } else if (mark === '>') {
      this.#tell({ kind, event: 'ended', problem: open.problem });
    } else if (mark === '+') {
      open.pieces.push(content);
    } else {
      this.#printed(kind, [...open.pieces.splice(0), content].join(''), open);
      if (open.lines.length === 0) open.length = 0;
    }
  }

  /** kubectl prints an event as one line; some versions spread it over many, the last of which is a bare brace. */
  #printed(kind: ClusterKind, line: string, open: Open): void {
    if (open.lines.length > 0 || line === '{') {
      open.lines.push(line);
      if (line === '}') this.#object(kind, open.lines.splice(0).join('\n'));
    } else if (line.startsWith('{')) {
      this.#object(kind, line);
    } else {
      open.problem = line;
    }
  }

  #object(kind: ClusterKind, text: string): void {
    const event = eventSchema.safeParse(plain(text)).data;
    if (event?.type === 'ERROR') return; // kubectl ends after it and starts anew
    const open = this.#open.get(kind);
    if (open) open.problem = ''; // it was a warning: the watch goes on
    if (event?.type === 'BOOKMARK') return;
    const object = objectSchema.safeParse(event?.object);
    if (!event || !object.success) {
      this.#tell({ kind, event: 'not-understood', problem: text.slice(0, 200) });
      return;
    }
    this.#tell({ kind, event: event.type === 'DELETED' ? 'deleted' : 'changed', object: object.data });
  }
}

function tooLarge(what: string): Error {
  return new Error(`${what} is larger than ${LARGEST >> 20} MiB: the watch restarts`);
}

function isKind(kind: string | undefined): kind is ClusterKind {
  return kind !== undefined && kind in kinds;
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // garbage, or torn by another kind's line
  }
}
