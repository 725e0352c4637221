/** Texts by their place, each kept once and without secrets. */
export class Texts {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;

  constructor(clean: (text: string) => string) {
    this.clean = clean;
  }

  place(text: string): number {
    const clean = this.clean(text);
    const known = this.#places.get(clean);
    if (known !== undefined) return known;
    this.#places.set(clean, this.all.length);
    return this.all.push(clean) - 1;
  }
}
