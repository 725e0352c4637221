import { isUnready, silenceBehind } from '../cluster/kubectl.ts';
import { ApiServerSilent, CommandTimedOut, MachineError } from '../machines/errors.ts';

/** What goes away is waited for so often before a rollout gives up. */
const ATTEMPTS = 4;

interface Waiting {
  /** Tells that it is waited, and for whom. */
  readonly tell: (error: MachineError) => void;
  /** Resolves when it answers again. @throws when it does not. */
  readonly until: (error: MachineError) => Promise<void>;
}

/**
 * Does something, and does it anew when a machine or the API server went away meanwhile and came back. What took too long
 * is tried once more only: whoever takes five minutes twice takes them a third time.
 */
export async function outlast<Value>(work: () => Promise<Value>, { tell, until }: Waiting): Promise<Value> {
  let slow = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const away = absence(error);
      const again = slow && away instanceof CommandTimedOut;
      if (!away || again || attempt === ATTEMPTS) throw away && !isOnlyUnready(away) ? away : error;
      slow ||= away instanceof CommandTimedOut;
      tell(away);
      await until(away);
    }
  }
}

/** The absence of a machine or of the API server that an error tells of; undefined when it tells of something else. */
export function absence(error: unknown): MachineError | undefined {
  return error instanceof MachineError && error.retryable ? error : silenceBehind(error);
}

/** Whether the API server answers, but is not ready yet, or never will be. */
function isOnlyUnready({ output }: MachineError): boolean {
  return output !== undefined && isUnready(output);
}

/** Who is away, for sentences. */
export function whoIsAway(error: MachineError): { readonly en: string; readonly ja: string } {
  const { machine } = error;
  if (isOnlyUnready(error)) {
    return {
      en: `The API server on ${machine} is not ready yet; waiting until it is`,
      ja: `${machine} の API サーバーはまだ準備中である。準備ができるのを待つ`,
    };
  }
  if (error instanceof ApiServerSilent) {
    return {
      en: `The API server on ${machine} is not responding; waiting until it does`,
      ja: `${machine} の API サーバーが応答しない。応答するのを待つ`,
    };
  }
  if (error instanceof CommandTimedOut) {
    return {
      en: `A command on ${machine} took too long; trying once more`,
      ja: `${machine} のコマンドに時間がかかりすぎた。もう一度だけ試す`,
    };
  }
  return {
    en: `${machine} stopped responding; waiting until it responds again`,
    ja: `${machine} が応答しなくなった。再び応答するのを待つ`,
  };
}
