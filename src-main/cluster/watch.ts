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
 * Watches all kinds for as long as it runs, in one process: sshd allows few sessions. Each line carries its kind: `pods|…`
 * is a line of kubectl, `pods<` and `pods>` say that it starts and has ended. sed writes line by line, and a pipe does not
 * mix lines of up to 4 KiB.
 */
export function watchCommand(): ShellCommand {
  const one = (kind: ClusterKind) => {
    const question = kubectl`get ${kinds[kind].words} --watch --output-watch-events -o json`;
    return sh`while :; do echo ${`${kind}<`}; ${embed(question)} 2>&1 | sed -u ${`s/^/${kind}|/`}; echo ${`${kind}>`}; sleep 2; done &`;
  };
  return sh`${embed(clusterKinds.map(one).join('\n') as ShellCommand)}
wait`;
}

const eventSchema = z.object({ type: z.string(), object: objectSchema });

/** Reads what `watchCommand` prints, in whatever pieces it arrives. What is no JSON is kubectl's complaint. */
export class WatchReader {
  readonly #tell: (event: WatchEvent) => void;
  readonly #open = new Map<ClusterKind, { lines: string[]; problem: string }>();
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
    const [, kind, mark, content = ''] = /^([a-z0-9]+)([|<>])(.*)$/.exec(line) ?? [];
    if (!isKind(kind)) return;
    const open = this.#open.get(kind) ?? { lines: [], problem: '' };
    this.#open.set(kind, open);
    if (mark === '<') {
      this.#open.delete(kind);
      this.#tell({ kind, event: 'started' });
    } else if (mark === '>') {
      this.#tell({ kind, event: 'ended', problem: open.problem });
    } else if (open.lines.length > 0 || content === '{') {
      open.lines.push(content);
      if (content === '}') this.#object(kind, open.lines.splice(0).join('\n'));
    } else {
      open.problem = content;
    }
  }

  #object(kind: ClusterKind, text: string): void {
    const event = eventSchema.safeParse(plain(text));
    if (!event.success || event.data.type === 'ERROR') return; // kubectl ends after an error and starts anew
    const { type, object } = event.data;
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
