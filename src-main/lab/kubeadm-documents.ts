import { isAlias, isMap, visit, type Document, type LineCounter } from 'yaml';
import type { Text } from '../contract/text.ts';
import { composeYaml } from './compose-yaml.ts';
import { largestLabFile } from './file-texts.ts';
import { valueAt, type Path } from './finding.ts';
import { argumentMaps, foreignKind, olderForm, owned, type Said } from './kubeadm-refusals.ts';
import { placeIndex, type PlaceIndex } from './place-index.ts';
import type { Problem } from './problem.ts';

export type PlainDocument = Readonly<Record<string, unknown>>;

/** What is wrong with the overrides. Without a remedy: name another file. */
export interface WrongOverrides {
  readonly text: Text;
  readonly remedy?: Text;
}

type Outcome = { readonly documents: readonly PlainDocument[] } | { readonly problems: readonly WrongOverrides[] };

/** How often aliases may be expanded: for a file of some hundred lines it is plenty. */
const MOST_ALIASES = 1000;

/** Enough to read at once; a file with more is another file. */
const MOST_PROBLEMS = 20;

/**
 * Reads the text of kubeadm's overrides: documents of kubeadm, kubelet and kube-proxy, which say nothing that Hoplab says itself.
 * Never throws. `name` is the file's, for sentences.
 */
export function readKubeadmDocuments(content: string, name: string): Outcome {
  const composed = content.length > largestLabFile ? undefined : composeYaml(content);
  if (!composed) return { problems: [tooLarge(name)] };
  const { documents, lines } = composed;
  const broken = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])[0];
  if (broken) return { problems: [notYaml(lines.linePos(broken.pos[0]).line, name)] };
  const filled = documents.filter(({ contents }) => contents && contents.range[0] < contents.range[1]);
  if (filled.length === 0) return { problems: [empty(name)] };
  const read = filled.map((document, index) => readDocument(document, { lines, name, number: index + 1 }));
  const problems = read.flatMap((one) => ('problems' in one ? one.problems : []));
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  return { documents: read.flatMap((one) => ('value' in one ? [one.value] : [])) };
}

interface Surroundings {
  readonly lines: LineCounter;
  /** Of the file. */
  readonly name: string;
  /** The document's, from 1. */
  readonly number: number;
}

function readDocument(
  document: Document.Parsed,
  { lines, name, number }: Surroundings,
): { readonly value: PlainDocument } | { readonly problems: readonly WrongOverrides[] } {
  const { contents } = document;
  if (!isMap(contents)) return { problems: [foreignKind(name, number)] };
  const index = placeIndex(contents, lines);
  const unusable = [...index.unresolved, ...index.duplicates].map((problem) => ofFile(problem, name));
  if (unusable.length > 0) return { problems: unusable };
  const value = index.boundless ? undefined : plain(document);
  if (!value) return { problems: [tooManyAliases(firstAlias(document, lines), name)] };
  const problems = refusals(value, index, { lines, name, number });
  return problems.length > 0 ? { problems } : { value };
}

function plain(document: Document.Parsed): PlainDocument | undefined {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as PlainDocument;
  } catch {
    return undefined; // all that is left is the number of aliases
  }
}

function refusals(value: PlainDocument, index: PlaceIndex, { name, number }: Surroundings): readonly WrongOverrides[] {
  const { apiVersion, kind } = value;
  const at = (path: Path, said: Said): WrongOverrides =>
    ofFile(index.place({ path, at: 'key', text: said.text, remedy: said.remedy }), name);
  const older = olderForm(apiVersion, name);
  if (older) return [at(['apiVersion'], older)];
  const keys = owned(apiVersion, kind);
  if (!keys) return [foreignKind(name, number)];
  const said = keys.flatMap(({ path, ...one }) => (valueAt(value, path) === undefined ? [] : [at(path, one)]));
  const maps = argumentMaps(value, name).map(({ path, ...one }) => at(path, one));
  return [...said, ...maps];
}

/** A problem of the overrides, told in a problem of the lab file. */
function ofFile({ line, path, text, remedy }: Problem, name: string): WrongOverrides {
  const key = path === '' ? '' : `, ${path}`;
  const keyJa = path === '' ? '' : `の ${path}`;
  return {
    text: { en: `Line ${line} of ${name}${key}: ${text.en}`, ja: `${name} の ${line} 行目${keyJa}: ${text.ja}` },
    remedy,
  };
}

function firstAlias(document: Document.Parsed, lines: LineCounter): number {
  let offset = 0;
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) return undefined;
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return lines.linePos(offset).line;
}

function tooManyAliases(line: number, name: string): WrongOverrides {
  return {
    text: {
      en: `${name} expands its YAML aliases too many times (the first is on line ${line}).`,
      ja: `${name} の YAML のエイリアスの展開が多すぎます (最初は ${line} 行目)。`,
    },
    remedy: { en: 'Write the values themselves.', ja: '値をそのまま書いてください。' },
  };
}

function tooLarge(name: string): WrongOverrides {
  return {
    text: { en: `${name} is too large or nested too deeply.`, ja: `${name} が大きすぎるか、入れ子が深すぎます。` },
  };
}

function notYaml(line: number, name: string): WrongOverrides {
  return {
    text: {
      en: `Line ${line} of ${name} is not valid YAML.`,
      ja: `${name} の ${line} 行目が YAML として正しくありません。`,
    },
  };
}

function empty(name: string): WrongOverrides {
  return { text: { en: `${name} is empty.`, ja: `${name} が空です。` } };
}
