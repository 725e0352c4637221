/** Of all files of a process, which share this module: those that are not running have none. */
const closing: (() => unknown)[] = [];

/** Closes or removes something when the test file that runs now has ended. */
export function atEndOfFile(close: () => unknown): void {
  closing.push(close);
}

export async function endFile(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}
