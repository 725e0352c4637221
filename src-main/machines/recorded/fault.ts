/** Something that goes wrong on a recorded machine, as it can on a real one. Only tests state faults. */
export type Fault = {
  readonly machine: string;
  /** In the command, or in the English sentence of a change; default every command. */
  readonly matching?: string;
  /** How often; default once. */
  readonly times?: number;
} & (
  | /** Nothing comes back: no connection. */ { readonly kind: 'silent' }
  | /** The connection ends in the middle; what the command changes is not made. */ { readonly kind: 'drops' }
  | /** The command fails. */ { readonly kind: 'fails'; readonly exitCode: number; readonly stderr: string }
  | /** The answer comes so many milliseconds later. */ { readonly kind: 'slow'; readonly by: number }
);

/** Counts down how often each fault is still to come. */
export class Faults {
  readonly #left: { readonly fault: Fault; times: number }[];

  constructor(faults: readonly Fault[]) {
    this.#left = faults.map((fault) => ({ fault, times: fault.times ?? 1 }));
  }

  /** The fault that hits this command now, if any does. */
  next(machine: string, command: string, change: string | undefined): Fault | undefined {
    const hit = this.#left.find(
      ({ fault, times }) =>
        times > 0 &&
        fault.machine === machine &&
        (fault.matching === undefined ||
          command.includes(fault.matching) ||
          (change?.includes(fault.matching) ?? false)),
    );
    if (hit) hit.times -= 1;
    return hit?.fault;
  }
}
