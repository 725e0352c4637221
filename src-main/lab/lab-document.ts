import { isDeepStrictEqual } from 'node:util';
import { isMap, type Document, type LineCounter, type ParsedNode } from 'yaml';
import { composeYaml } from './compose-yaml.ts';
import { fileTexts, largestLabFile } from './file-texts.ts';
import { placeIndex, type PlaceIndex } from './place-index.ts';
import type { Problem } from './problem.ts';
import { yamlText } from './yaml-texts.ts';

/** A lab file that is readable YAML and a mapping, with the place of every value in the text. */
export interface LabDocument extends PlaceIndex {
  /** Plain data; of two equal keys the later. */
  readonly value: unknown;
}

type Said = Pick<Problem, 'text' | 'remedy'>;
type Outcome = LabDocument | { readonly problems: readonly Problem[] };

/** How often collections with aliases in them may be expanded: plenty for one alias a node, little for a bomb. */
const mostAliases = 1000;

/** Reads the text of a lab file as YAML. Never throws; returns every syntax error, or the document. */
export function readLabDocument(text: string): Outcome {
  if (text.length > largestLabFile) return whole(fileTexts.tooLarge);
  const composed = composeYaml(text);
  if (!composed) return whole(fileTexts.tooDeep);
  const { documents, lines } = composed;
  const problems = syntaxProblems(documents, lines);
  if (problems.length > 0) return { problems };
  return documentOf(documents[0], lines);
}

/** Whether a lab file that was edited says what it said before, but for these keys. */
export function isSameButFor(before: string, after: string, keys: Readonly<Record<string, unknown>>): boolean {
  const [old, edited] = [readLabDocument(before), readLabDocument(after)];
  if ('problems' in old || 'problems' in edited) return false;
  return isDeepStrictEqual(edited.value, { ...(old.value as object), ...keys });
}

function documentOf(document: Document.Parsed | undefined, lines: LineCounter): Outcome {
  const contents: ParsedNode | null | undefined = document?.contents;
  if (!document || !contents || contents.range[0] === contents.range[1]) return whole(fileTexts.empty);
  if (!isMap(contents)) return { problems: [placed(lines, contents.range[0], fileTexts.notAMapping)] };
  const index = placeIndex(contents, lines);
  if (index.unresolved.length > 0) return { problems: index.unresolved };
  if (index.boundless) return whole(fileTexts.tooManyAliases);
  try {
    return { ...index, value: document.toJS({ maxAliasCount: mostAliases }) };
  } catch {
    // All that toJS refuses after the checks above is the number of aliases.
    return whole(fileTexts.tooManyAliases);
  }
}

/** One a line: what follows on the same line is mostly a consequence of the first. */
function syntaxProblems(documents: readonly Document.Parsed[], lines: LineCounter): Problem[] {
  const byLine = new Map<number, Problem>();
  const add = (problem: Problem): void => {
    if (!byLine.has(problem.line)) byLine.set(problem.line, problem);
  };
  for (const [index, document] of documents.entries()) {
    for (const { code, pos } of [...document.errors, ...document.warnings]) add(placed(lines, pos[0], yamlText(code)));
    if (index === 1) add(placed(lines, document.range[0], fileTexts.severalDocuments));
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line);
}

function whole(said: Said): { problems: readonly Problem[] } {
  return { problems: [{ line: 0, column: 0, path: '', ...said }] };
}

function placed(lines: LineCounter, offset: number, said: Said): Problem {
  const { line, col } = lines.linePos(offset);
  return { line, column: col, path: '', ...said };
}
