import { z } from 'zod';
import { embed, sh, type ShellCommand } from '../machines/command.ts';
import { clusterKinds, kinds, objectSchema, type ClusterKind, type ClusterObject } from './kinds.ts';
import { kubectl } from './kubectl.ts';

/** Something that a watch tells. */
export type WatchEvent = { readonly kind: ClusterKind } & (
  | { readonly event: 'changed' | 'deleted'; readonly object: ClusterObject }
  /** From here on every object that there is comes as `changed`: what does not come is gone. */
  | { readonly event: 'started' }
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

const eventSchema = z.object({ type: z.string(), object: objectSchema });

interface Open {
  /** The beginning of a line. */
  piece: string;
  /** Lines of an event that is spread over many. */
  readonly lines: string[];
  problem: string;
}

/** Reads what `watchCommand` prints, in whatever pieces it arrives. What is no JSON is kubectl's complaint. */
export class WatchReader {
  readonly #tell: (event: WatchEvent) => void;
  readonly #open = new Map<ClusterKind, Open>();
  #rest = '';

  constructor(tell: (event: WatchEvent) => void) {
    this.#tell = tell;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    const [, kind, mark, content = ''] = /^([a-z0-9]+)([|+<>])(.*)$/.exec(line) ?? [];
    if (!isKind(kind)) return;
    const open = this.#open.get(kind) ?? { piece: '', lines: [], problem: '' };
    this.#open.set(kind, open);
    if (mark === '<') {
      this.#open.delete(kind);
      this.#tell({ kind, event: 'started' });
    } else if (mark === '>') {
      this.#tell({ kind, event: 'ended', problem: open.problem });
    } else if (mark === '+') {
      open.piece += content;
    } else {
      const whole = open.piece + content;
      open.piece = '';
      this.#printed(kind, whole, open);
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
    const event = eventSchema.safeParse(plain(text));
    if (!event.success || event.data.type === 'ERROR') return; // kubectl ends after an error and starts anew
    const { type, object } = event.data;
    const open = this.#open.get(kind);
    if (open) open.problem = ''; // it was a warning: the watch goes on
    if (type === 'BOOKMARK') return;
    this.#tell({ kind, event: type === 'DELETED' ? 'deleted' : 'changed', object });
  }
}

function isKind(kind: string | undefined): kind is ClusterKind {
  return kind !== undefined && kind in kinds;
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // torn by another kind's line: the next list brings it
  }
}
