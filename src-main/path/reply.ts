/** What the client got for its request. */
export interface Reply {
  /** As the user could type it. */
  readonly command: string;
  /** What the client printed of it. */
  readonly lines: readonly string[];
  /** curl's exit code: 0 answered, 6 no such name, 7 no connection, 28 too late. */
  readonly exitCode: number;
  /** HTTP status; 0: none. */
  readonly status: number;
  /** Whether a connection was made. */
  readonly connected: boolean;
  /** Milliseconds. */
  readonly duration: number;
  /** Where the request was sent from; undefined: it was not sent. */
  readonly source: string | undefined;
  readonly sourcePort: number | undefined;
  /** What the client complained of. */
  readonly complaint: string;
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
