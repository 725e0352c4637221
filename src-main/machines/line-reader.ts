/** Characters of a line that a person is shown. */
export const LONGEST_LINE = 65_536;

/**
 * Puts output together into lines, in whatever pieces it arrives. Looks at no character twice, and keeps no more of a line than
 * `longest` characters, however long it goes on.
 */
export class LineReader {
  readonly #tell: (line: string, omitted: number) => void;
  readonly #longest: number;
  #pieces: string[] = [];
  #kept = 0;
  #length = 0;

  /** @param tell gets each line without its end, and how many of its characters were left out */
  constructor(tell: (line: string, omitted: number) => void, longest = LONGEST_LINE) {
    this.#tell = tell;
    this.#longest = longest;
  }

  /** Characters of the line that has no end yet. */
  get begun(): number {
    return this.#length;
  }

  add(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#keep(text.slice(start, end));
      this.#line();
      start = end + 1;
    }
    this.#keep(text.slice(start));
  }

  /** What has no end of line at the end is a line, too. */
  end(): void {
    if (this.#length > 0) this.#line();
  }

  #keep(text: string): void {
    const room = this.#longest - this.#kept;
    if (room > 0 && text !== '') this.#pieces.push(text.slice(0, room));
    this.#kept += Math.min(Math.max(room, 0), text.length);
    this.#length += text.length;
  }

  #line(): void {
    const line = this.#pieces.join('');
    const omitted = this.#length - this.#kept;
    this.#pieces = [];
    this.#kept = this.#length = 0;
    this.#tell(line, omitted);
  }
}

/** A line of which no more than `longest` characters are shown; cut between words, for half a secret is not known as one. */
export function cutLine(line: string, longest = LONGEST_LINE, omitted = 0): string {
  if (line.length <= longest && omitted === 0) return line;
  const head = line.slice(0, longest);
  const space = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'));
  const shown = space > longest / 2 ? head.slice(0, space) : head;
  return `${shown} … [${line.length + omitted - shown.length} more characters]`;
}
