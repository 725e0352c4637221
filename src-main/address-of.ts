/** The address of a text, at another one where it is relative; undefined for what is none. Not URL.canParse, which Node 18 in older Electrons lacks. */
export function addressOf(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
