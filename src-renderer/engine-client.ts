import { createORPCClient, ORPCError } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { onScopeDispose } from 'vue';
import type { Contract } from '../src-main/contract/contract.ts';
import type { Explanation } from '../src-main/contract/events.ts';
import type { LabFileProblem } from '../src-main/contract/failures.ts';
import type { Text } from '../src-main/contract/text.ts';
import { engineTexts } from './texts/engine-texts.ts';
import { inDesktopWindow } from './dial.ts';
import { Disconnected, RedialingLink } from './redial.ts';
import { ShownLink } from './shown-link.ts';

/** Everything that the window asks of Hoplab. Nothing else in the renderer calls the contract. */
export const engine: ContractRouterClient<Contract> = createORPCClient(new ShownLink(new RedialingLink()));

/** What went wrong, as a person reads it. */
export interface Trouble extends Explanation {
  /** Of a lab file that cannot be used. */
  readonly problems?: readonly LabFileProblem[];
}

/** Turns whatever a call threw into sentences; faults of Hoplab itself are told as such. */
export function trouble(error: unknown): Trouble {
  if (error instanceof Disconnected) {
    const { title, remedy, pageRemedy } = engineTexts.disconnected;
    return { title, remedy: inDesktopWindow() ? remedy : pageRemedy, detail: '' };
  }
  if (error instanceof ORPCError && error.defined) {
    const { code, data } = error as ORPCError<string, unknown>;
    if (code === 'FAILED') return data as Explanation;
    if (code === 'TARGET') return { ...engineTexts.target, reason: data as Text, detail: '' };
    if (code === 'LAB_FILE') {
      const { file, problems } = data as { file: string; problems: readonly LabFileProblem[] };
      return { ...engineTexts.labFile, detail: file, problems };
    }
  }
  console.error(error);
  return { ...engineTexts.fault, detail: error instanceof Error ? error.message : String(error) };
}

interface Following<Value> {
  readonly open: (options: { signal: AbortSignal }) => Promise<AsyncIterable<Value>>;
  readonly take: (value: Value) => void;
  /** Told once an attempt failed for another reason than a lost line. Nothing more arrives then. */
  readonly fail?: (trouble: Trouble) => void;
  /** Told when the engine has ended it. */
  readonly end?: () => void;
}

/** Reads a stream until the scope ends, and opens it anew whenever the line was lost. Returns how to end it early. */
export function follow<Value>({ open, take, fail, end: ended }: Following<Value>): () => void {
  const end = new AbortController();
  onScopeDispose(() => end.abort(), true);
  void read();
  return () => end.abort();

  function over(): boolean {
    return end.signal.aborted;
  }

  async function read(): Promise<void> {
    for (let pause = 200; ; pause = Math.min(pause * 2, 5000)) {
      try {
        for await (const value of await open({ signal: end.signal })) {
          if (over()) return;
          pause = 200;
          take(value);
        }
        if (!over()) ended?.();
        return;
      } catch (error) {
        if (over()) return;
        if (!(error instanceof Disconnected)) {
          fail?.(trouble(error));
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
