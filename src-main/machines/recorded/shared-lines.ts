/*
 * Texts that have most of their lines in common, such as what one command prints again and again: each line is kept once, and a
 * text is the places of its lines.
 */

export type LinePlaces = readonly number[];

export class SharedLines {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();

  /** Where the lines of a text are, after those that are new. */
  place(text: string): LinePlaces {
    return text.split('\n').map((line) => {
      const known = this.#places.get(line);
      if (known !== undefined) return known;
      this.#places.set(line, this.all.length);
      return this.all.push(line) - 1;
    });
  }
}

/** @throws Error where there is no such line */
export function textOf(lines: readonly string[], places: LinePlaces): string {
  return places
    .map((place) => {
      const line = lines[place];
      if (line === undefined) throw new Error(`there is no line ${String(place)}`);
      return line;
    })
    .join('\n');
}
