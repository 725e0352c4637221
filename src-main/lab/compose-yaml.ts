import { Composer, LineCounter, Parser, type CST, type Document, type SchemaOptions, type Tags } from 'yaml';

export interface Composed {
  /** At least one; the first is empty when the text is. */
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

/** What Hoplab reads nests five levels at most; schemas in custom resource definitions nest deeper. */
const DEEPEST = { ours: 32, kubectl: 200 };

/**
 * `ours`: YAML 1.2. `kubectl`: as kubectl reads manifests, which is YAML 1.1 (`0644` is octal, `yes` is true) without times and numbers
 * to the base 60 (`10:20` is text).
 */
export type Dialect = keyof typeof DEEPEST;

const AS_KUBECTL: Pick<SchemaOptions, 'customTags'> & { readonly version: '1.1' } = {
  version: '1.1',
  customTags: (tags: Tags) =>
    tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp'))),
};

/**
 * Reads text as YAML without throwing. Undefined when it nests absurdly deep: the yaml library composes recursively, and far beyond
 * this a regular expression that V8 compiles near the end of the stack takes the whole process down.
 */
export function composeYaml(text: string, dialect: Dialect = 'ours'): Composed | undefined {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (tooDeep(tokens, DEEPEST[dialect])) return undefined;
  const composer = new Composer({
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'error',
    merge: true,
    keepSourceTokens: true,
    ...(dialect === 'kubectl' && AS_KUBECTL),
  });
  return { documents: [...composer.compose(tokens, true, text.length)], lines };
}

function tooDeep(tokens: readonly CST.Token[], deepest: number): boolean {
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
