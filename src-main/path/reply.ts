import { told, type Told } from './path-facts.ts';
import type { Stop } from './stops.ts';

/** What the client got for its request. */
export interface Reply {
  /** As the user could type it. */
  readonly command: string;
  /** What the client printed of it, and what it complained of, without secrets. */
  readonly text: string;
  /** The lines of it that say how it ended: the status, which addresses it used, what dig was answered, a complaint. */
  readonly telling: readonly string[];
  /** curl's exit code: 0 answered, 6 no such name, 7 no connection, 28 too late. */
  readonly exitCode: number;
  /** HTTP status; 0: none. */
  readonly status: number;
  /** Whether a connection was made; of dig, whether a server answered. */
  readonly connected: boolean;
  /** Milliseconds. */
  readonly duration: number;
  /** Where the request was sent from; undefined: it was not sent. */
  readonly source: string | undefined;
  readonly sourcePort: number | undefined;
  /** The addresses that the client has for the name: the one that it connected to, or those that dig was told. */
  readonly addresses: readonly string[];
  /** What the client complained of. */
  readonly complaint: string;
  /** What it said of the beginning of TLS, line by line. */
  readonly handshake: readonly string[];
}

/** The lines by which the client says how its request ended. */
export function saidBy({ command, text, telling }: Reply): Told {
  return told({ machine: 'client', command, text }, telling);
}

/** That the client took the certificate of the server for no good, which its exit code 60 says. */
export function certificateRefused({ complaint }: Reply): Stop {
  const why = complaint.replace(/^curl: \(60\) /, '').split('\n')[0] ?? '';
  return {
    cause: 'closed',
    because: 'certificate-refused',
    sentence: {
      en: `The client refuses the server's certificate: ${why}.`,
      ja: `クライアントがサーバーの証明書を拒否した: ${why}。`,
    },
  };
}

/** Whether the client got an address for the name, whatever came after that. */
export function isResolved({ exitCode, complaint }: Reply): boolean {
  return exitCode !== 6 && !/resolving timed out/i.test(complaint);
}

/** Whether a connection was made and no answer came in time. */
export function isHanging({ exitCode, connected }: Reply): boolean {
  return exitCode === 28 && connected;
}

/** Whether no connection was made in time. */
export function isUnheard({ exitCode, connected }: Reply): boolean {
  return exitCode === 28 && !connected;
}

/** Whether no connection was made, for a reason that curl may not name: refused, or nobody there. */
export function isUnconnected({ exitCode, connected }: Reply): boolean {
  return exitCode === 7 && !connected;
}

/** Whether a connection was made and closed without an answer. */
export function isClosed({ exitCode, connected }: Reply): boolean {
  return (exitCode === 52 || exitCode === 56) && connected;
}
