import type { HttpHeader } from './curl-words.ts';

/** What stands for a value that nobody else should read. */
export const MASK = '***';

const SECRET_NAME =
  /auth(?!or(?!i[sz]))|token|key(?!word|board)|secret|cookie|session|csrf|xsrf|passw|passphrase|pwd|credential|signature|jwt|bearer|^si[dg]$/i;

/** Whether a header, a parameter or a field of that name carries what nobody else should read. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

export function maskedHeader({ name, value }: HttpHeader): HttpHeader {
  const secret = isSecretName(name) || /^(?:basic|bearer|digest)\s/i.test(value);
  return { name, value: secret ? MASK : maskedText(value) };
}

/** A path with its query, or any text, without the values of parameters with such names and without `USER:PASSWORD@` of URLs. */
export function maskedText(text: string): string {
  return text
    .replaceAll(/\/\/[^\s/?#]*@/g, `//${MASK}@`)
    .replaceAll(/([?&])([^?&=#\s]+)=[^&#\s]*/g, (pair: string, before: string, name: string) =>
      isSecretName(unescaped(name)) ? `${before}${name}=${MASK}` : pair,
    );
}

/** A body, as a whole: where a secret ends in it depends on its form. */
export function maskedBody(body: string): string {
  return isSecretName(unescaped(body)) ? MASK : body;
}

/** A line of an answer's headers. */
export function maskedLine(line: string): string {
  const [, name, before, value] = /^([\w-]+)(:[ \t]*)(\S.*)$/.exec(line) ?? [];
  if (name === undefined || before === undefined || value === undefined) return line;
  return `${name}${before}${maskedHeader({ name, value }).value}`;
}

/** Whether a value was masked, so that it cannot be sent. */
export function isMasked(text: string): boolean {
  return text === MASK || text.startsWith(`${MASK}:`);
}

export function hasMaskedValue(search: string): boolean {
  return [...new URLSearchParams(search).values()].some(isMasked);
}

/** Names may be written with escapes. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
