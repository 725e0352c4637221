/** Control characters but newline and tab (C0, DEL, C1), and those that reorder a line or hide in it (Unicode's bidi controls, the byte order mark). */
export const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text with its control characters as escapes: `\x1b`, `\u202e`. A terminal would obey them. */
export function shown(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
