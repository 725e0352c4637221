/**
 * What no machine may say to a terminal, a page or a drawing: control characters, and the unseen ones that reorder or hide
 * text (Unicode's Cc, Cf, Zl, Zp, lone surrogates, and the two that XML has not). Newline and tab are text.
 */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFE\uFFFF]/gu;

/** Most texts, and told much faster. */
const PLAIN = /^[\n\t -~]*$/;

/** A text with its control and unseen characters as escapes that a person can read: `\x1b`, `\u202e`. */
export function shown(text: string): string {
  return text.replaceAll(UNSEEN, (sign) => {
    const code = (sign.codePointAt(0) ?? 0).toString(16);
    if (code.length > 4) return `\\u{${code}}`;
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** All texts within a value, as they are shown: in place, since the value of a stream may be as large as a picture. */
export function shownWithin<Value>(value: Value): Value {
  if (typeof value === 'string') return (PLAIN.test(value) ? value : shown(value)) as Value;
  const isPlain = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
  if (!isPlain) return value;
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) fields[key] = shownWithin(fields[key]);
  return value;
}

/** JSON that means the same and that no terminal obeys. */
export function shownJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(UNSEEN, (sign) =>
    Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
