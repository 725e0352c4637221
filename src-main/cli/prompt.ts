/** One question at a time in the terminal, though many machines ask at once. */
let last: Promise<unknown> = Promise.resolve();

/** Prompts go to stderr, so that stdout stays for what a program reads. */
export const promptOutput = { output: process.stderr };

export function inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const turn = last.then(ask);
  last = turn.catch(() => undefined);
  return turn;
}
