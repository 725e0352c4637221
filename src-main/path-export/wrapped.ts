/**
 * Breaks a text into lines that are at most so many ems wide, as far as that can be told without the font: a Latin letter is a
 * little more than half an em, a Japanese one an em, after each of which a line may end. No line begins with the end of a
 * sentence.
 */
export function wrapped(text: string, ems: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(/[^\s\u2E80-\uFFEF]+\s*|\s+|[\u2E80-\uFFEF]/gu) ?? []) {
    if (line !== '' && !/^[。、，．)」』:;,.]/.test(piece) && width(line + piece.trimEnd()) > ems) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines;
}

function width(text: string): number {
  const wide = text.match(/[\u2E80-\uFFEF]/gu)?.length ?? 0;
  return wide + (text.length - wide) * 0.56;
}
