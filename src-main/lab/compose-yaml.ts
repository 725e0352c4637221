import { Composer, LineCounter, Parser, type CST, type Document } from 'yaml';

export interface Composed {
  /** At least one; the first is empty when the text is. */
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

/** What Hoplab reads nests five levels at most. */
const deepest = 32;

/**
 * Reads text as YAML without throwing. Undefined when it nests absurdly deep: the yaml library composes recursively, and far beyond
 * this a regular expression that V8 compiles near the end of the stack takes the whole process down.
 */
export function composeYaml(text: string): Composed | undefined {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (tooDeep(tokens)) return undefined;
  const composer = new Composer({
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'error',
    merge: true,
    keepSourceTokens: true,
  });
  return { documents: [...composer.compose(tokens, true, text.length)], lines };
}

function tooDeep(tokens: readonly CST.Token[]): boolean {
  const todo: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 1 }));
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return true;
    if (token.type === 'document' && token.value) todo.push({ token: token.value, depth });
    for (const item of 'items' in token ? token.items : []) {
      if (item.key) todo.push({ token: item.key, depth: depth + 1 });
      if (item.value) todo.push({ token: item.value, depth: depth + 1 });
    }
  }
  return false;
}
