import type { ChangedLines } from '../contract/lab-nodes.ts';

/** The lines between what two texts have in common at their beginning and at their end. */
export function changedLines(before: string, after: string): Omit<ChangedLines, 'file'> {
  const [old, edited] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, edited.length);
  let first = 0;
  while (first < shorter && old[first] === edited[first]) first += 1;
  let last = 0;
  while (last < shorter - first && old.at(-1 - last) === edited.at(-1 - last)) last += 1;
  return {
    line: first + 1,
    before: old.slice(first, old.length - last),
    after: edited.slice(first, edited.length - last),
  };
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
